import type { DataSource, EntityManager } from 'typeorm';
import { NEWEST_MIGRATION } from '../../database/migrations.js';
import { select } from '../../database/statement.js';
import { CONTENT } from '../../entities.js';

/** The first line of an export (decisions/0005). */
export interface Header {
  readonly format: string;
  readonly version: number;
  /** The newest migration of the database: a file fits only a program with the same one. */
  readonly migration: string;
  /** Whether the second line has the secrets of the local issuer. */
  readonly secrets: boolean;
}

/** How many rows of each table, by its name. */
export type Counts = Record<string, number>;

/** The last line of an export. */
export interface Footer {
  readonly rows: Counts;
  /** Of all lines before, in hexadecimal digits. */
  readonly sha256: string;
}

export const HEADER = { format: 'graph-connections content', version: 2, migration: NEWEST_MIGRATION };

export const lineOf = (value: object): string => `${JSON.stringify(value)}\n`;

/** Why this program cannot import a file with this header; undefined if it can. */
export function faultOfHeader(value: unknown): string | undefined {
  const header = value as Partial<Header> | null | undefined;
  if (header?.format !== HEADER.format) return 'npm run export did not write it';
  if (header.version !== HEADER.version)
    return `it has the format version ${header.version}, and this program reads only ${HEADER.version}. Export it again with this version of the program`;
  if (header.migration !== HEADER.migration)
    return `its content is at the migration ${header.migration}, and this program at ${HEADER.migration}. Export it again with this version of the program`;
  return typeof header.secrets === 'boolean' ? undefined : 'its header does not say whether it has secrets';
}

export interface ContentTable {
  readonly name: string;
  readonly columns: readonly {
    readonly name: string;
    readonly isKey: boolean;
    readonly isNullable: boolean;
    /** Whole numbers are the only other type. JSON is stored and exported as text. */
    readonly isText: boolean;
  }[];
}

const TEXT_TYPES = new Set<unknown>(['varchar', 'text', 'simple-json']);

/** The tables of an export, in its order. @throws {Error} for a column of a type that an export has no form for */
export const contentTables = (source: DataSource): readonly ContentTable[] =>
  CONTENT.map((entity) => {
    const { tableName, columns } = source.getMetadata(entity);
    return {
      name: tableName,
      columns: columns.map(({ databaseName: name, isPrimary: isKey, isNullable, type }) => {
        const isText = TEXT_TYPES.has(type);
        if (isText || type === 'integer') return { name, isKey, isNullable, isText };
        throw new Error(`${tableName}.${name}: an export has no form for its type.`);
      }),
    };
  });

export const listed = (named: readonly { readonly name: string }[]): string =>
  named.map(({ name }) => `"${name}"`).join(', ');

/** How many rows each table has. */
export async function countRows(manager: EntityManager, tables: readonly ContentTable[]): Promise<Counts> {
  const counts: Counts = {};
  for (const { name } of tables)
    counts[name] = Number((await select(manager, `SELECT count(*) FROM "${name}"`, [])).rows[0]![0]);
  return counts;
}

export const sumOf = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** The line of each row, as an export has them: table by table, ordered by the bytes of the primary key. */
export async function* rowLines(
  manager: EntityManager,
  tables: readonly ContentTable[],
): AsyncGenerator<{ readonly table: string; readonly line: string }> {
  for (const { name: table, columns } of tables)
    for await (const rows of pagesOf(manager, table, columns))
      for (const values of rows) {
        const row = Object.fromEntries(columns.map(({ name }, index) => [name, values[index]]));
        yield { table, line: lineOf({ table, row }) };
      }
}

type Rows = readonly (readonly unknown[])[];

const MOST_ROWS = 1_000;
/** A page ends before it has more, but has at least one row. */
const MOST_BYTES = 1 << 23;

/** The rows of a table in pages that fit into memory: the first query reads the sizes of rows, the second the rows. */
async function* pagesOf(
  manager: EntityManager,
  table: string,
  columns: ContentTable['columns'],
): AsyncGenerator<Rows> {
  const keys = columns.filter(({ isKey }) => isKey);
  const texts = columns.filter(({ isText }) => isText).map(({ name }) => `"${name}"`);
  const size = texts.map((name) => `COALESCE(octet_length(${name}), 0)`).join(' + ');
  const read = async (what: string, after: readonly unknown[], count: number): Promise<Rows> => {
    const rest = after.length === 0 ? '' : `WHERE (${listed(keys)}) > (${after.map(() => '?').join(', ')})`;
    // The limit is no parameter: PostgreSQL would plan the statement for an unknown number of rows.
    const sql = `SELECT ${what} FROM "${table}" ${rest} ORDER BY ${listed(keys)} LIMIT ${count}`;
    return (await select(manager, sql, after)).rows;
  };
  for (let after: unknown[] = []; ;) {
    const sizes = await read(size, after, MOST_ROWS);
    if (sizes.length === 0) return;
    let bytes = 0;
    const tooMany = sizes.findIndex(([next], index) => (bytes += Number(next)) > MOST_BYTES && index > 0);
    const rows = await read(listed(columns), after, tooMany === -1 ? sizes.length : tooMany);
    yield rows;
    after = rows.at(-1)!.filter((_, index) => columns[index]!.isKey);
  }
}
