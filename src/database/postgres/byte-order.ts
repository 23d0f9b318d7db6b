import type { DataSource, TableColumnOptions } from 'typeorm';

/** Orders text by its bytes, as SQLite does, whatever the database's own collation is. */
const BYTE_ORDER = 'C';

const TEXT_TYPES: ReadonlySet<unknown> = new Set([String, 'varchar', 'text', 'simple-json', 'simple-array']);

/** A column of a migration with text in byte order. */
export const inByteOrder = (column: TableColumnOptions): TableColumnOptions =>
  TEXT_TYPES.has(column.type) ? { ...column, collation: BYTE_ORDER } : column;

/** Says the same of the entities, so that they describe what the migrations make. */
export function describeByteOrder(source: DataSource): void {
  for (const { columns } of source.entityMetadatas)
    for (const column of columns) if (TEXT_TYPES.has(column.type)) column.collation = BYTE_ORDER;
}
