import type { EntityManager } from 'typeorm';
import { execute } from '../../database/statement.js';
import { CONTENT_TABLES, type ContentTable } from './content-table.js';
import type { Counts } from './content-format.js';

type Row = Readonly<Record<string, unknown>>;

/** A row as its line. */
export interface DatabaseLine {
  readonly table: string;
  readonly text: string;
}

const MOST_ROWS = 1_000;
/** A page ends before it has more; one row is a page nevertheless. */
const MOST_BYTES = 1 << 23;

const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** How many rows each table has. */
export async function countRows(manager: EntityManager): Promise<Counts> {
  const counts: Record<string, number> = {};
  for (const { name } of CONTENT_TABLES) {
    const { rows } = await execute(manager, `SELECT count(*) AS "count" FROM "${name}"`, []);
    counts[name] = Number(rows[0]!.count);
  }
  return counts;
}

/** Every row of the content, in the order of a content file: by tables, and by the bytes of their keys. */
export async function* databaseLines(manager: EntityManager): AsyncGenerator<DatabaseLine> {
  for (const table of CONTENT_TABLES)
    for await (const rows of pagesOf(manager, table))
      for (const row of rows) yield { table: table.name, text: table.lineOf(row) };
}

/** The rows of a table behind one another, page by page: first how large they are, then as many as memory is to hold. */
async function* pagesOf(manager: EntityManager, table: ContentTable): AsyncGenerator<readonly Row[]> {
  const { driver } = manager.dataSource;
  const keys = quoted(table.keys);
  const parameter = (index: number): string => driver.createParameter(`p${index}`, index);
  const select = (what: string, after: Row | undefined): string => {
    const bound = table.keys.map((_, index) => parameter(index)).join(', ');
    const behind = after === undefined ? '' : ` WHERE (${keys}) > (${bound})`;
    const limit = parameter(after === undefined ? 0 : table.keys.length);
    return `SELECT ${what} FROM "${table.name}"${behind} ORDER BY ${keys} LIMIT ${limit}`;
  };
  const bytes = table.texts.map((name) => `COALESCE(octet_length("${name}"), 0)`).join(' + ');
  const columns = quoted(table.columns.map(({ name }) => name));
  for (let after: Row | undefined; ;) {
    const key = table.keys.map((name) => after?.[name]).filter((value) => value !== undefined);
    const sizes = await execute(manager, select(`${bytes} AS "bytes"`, after), [...key, MOST_ROWS]);
    const count = fitting(sizes.rows.map((row) => Number(row.bytes)));
    if (count === 0) return;
    const { rows } = await execute(manager, select(columns, after), [...key, count]);
    yield rows;
    if (count < MOST_ROWS && count === sizes.rows.length) return;
    after = rows.at(-1);
  }
}

function fitting(sizes: readonly number[]): number {
  let bytes = 0;
  const last = sizes.findIndex((size, index) => (bytes += size) > MOST_BYTES && index > 0);
  return last === -1 ? sizes.length : last;
}
