import type { DataSource, TableColumnOptions } from 'typeorm';

/** The collation that orders text by its bytes, as SQLite does, whatever the default of the database is. */
const BYTE_ORDER = 'C';

const TEXT_TYPES: ReadonlySet<unknown> = new Set([String, 'varchar', 'text', 'simple-json', 'simple-array']);

/** Gives a text column of a migration the byte order. */
export const inByteOrder = (column: TableColumnOptions): TableColumnOptions =>
  TEXT_TYPES.has(column.type) ? { ...column, collation: BYTE_ORDER } : column;

/** Gives the text columns of the entities the byte order, so that they describe the tables that the migrations create. */
export function describeByteOrder(source: DataSource): void {
  for (const { columns } of source.entityMetadatas)
    for (const column of columns) if (TEXT_TYPES.has(column.type)) column.collation = BYTE_ORDER;
}
