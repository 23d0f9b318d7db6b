import { type QueryRunner, Table, type TableColumnOptions, type TableOptions } from 'typeorm';
import { inByteOrder } from '../postgres/byte-order.js';

const portable = (runner: QueryRunner, column: TableColumnOptions): TableColumnOptions =>
  runner.dataSource.options.type === 'postgres' ? inByteOrder(column) : column;

/** Makes a table whose text is compared and ordered alike on both databases; every migration makes its tables so. */
export const createTable = (runner: QueryRunner, table: TableOptions): Promise<void> =>
  runner.createTable(
    new Table({ ...table, columns: table.columns?.map((column) => portable(runner, column)) }),
  );
