import type { EntityManager } from 'typeorm';
import { type Rows, select } from '../../database/statement.js';
import { CONTENT_TABLES, type ContentTable } from './content-table.js';
import type { Counts } from './content-format.js';

type Row = readonly unknown[];

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
    const { rows } = await select(manager, `SELECT count(*) FROM "${name}"`, []);
    counts[name] = Number(rows[0]![0]);
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
  const keys = quoted(table.keys);
  const bound = table.keys.map(() => '?').join(', ');
  const bytes = table.texts.map((name) => `COALESCE(octet_length("${name}"), 0)`).join(' + ');
  const columns = quoted(table.columns.map(({ name }) => name));
  // The limit is no parameter: PostgreSQL would plan a statement that it knows for an unknown number of rows.
  const read = (what: string, key: readonly string[], count: number): Promise<Rows> =>
    select(
      manager,
      `SELECT ${what} FROM "${table.name}"${key.length > 0 ? ` WHERE (${keys}) > (${bound})` : ''}` +
        ` ORDER BY ${keys} LIMIT ${count}`,
      key,
    );
  for (let after: string[] = []; ;) {
    const sizes = (await read(bytes, after, MOST_ROWS)).rows.map(([size]) => Number(size));
    if (sizes.length === 0) return;
    const count = fitting(sizes);
    const { rows } = await read(columns, after, count);
    yield rows;
    if (count < MOST_ROWS && count === sizes.length) return;
    after = table.keyOf(rows.at(-1)!);
  }
}

function fitting(sizes: readonly number[]): number {
  let bytes = 0;
  const last = sizes.findIndex((size, index) => (bytes += size) > MOST_BYTES && index > 0);
  return last === -1 ? sizes.length : last;
}
