import type { EntityManager } from 'typeorm';
import { change } from '../../database/statement.js';
import type { ContentRow } from './content-file.js';
import type { ContentTable } from './content-table.js';

const columnsOf = ({ columns }: ContentTable): string => columns.map(({ name }) => `"${name}"`).join(', ');

/**
 * Inserts rows of one table, in the way that is fast on each database: SQLite runs one prepared statement for each, and
 * PostgreSQL takes all of them with one statement, a column an array.
 */
export async function insertRows(manager: EntityManager, rows: readonly ContentRow[]): Promise<void> {
  const { table } = rows[0]!;
  const into = `INSERT INTO "${table.name}" (${columnsOf(table)})`;
  if (manager.dataSource.options.type === 'postgres') {
    const arrays = table.columns.map(({ kind }) => `?::${kind.isText ? 'text' : 'integer'}[]`);
    const columns = table.columns.map((_, index) => rows.map(({ values }) => values[index]));
    await change(manager, `${into} SELECT * FROM unnest(${arrays.join(', ')})`, columns);
  } else {
    const sql = `${into} VALUES (${table.columns.map(() => '?').join(', ')})`;
    for (const { values } of rows) await change(manager, sql, values);
  }
}
