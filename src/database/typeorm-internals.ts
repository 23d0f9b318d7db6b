import type { Statement } from 'better-sqlite3';
import type { Pool } from 'pg';
import { ConnectionIsNotSetError, type DataSource, type EntityMetadata } from 'typeorm';

/** The connection of better-sqlite3 below TypeORM's driver. */
export interface SqliteConnection {
  prepare(sql: string): Statement<unknown[], unknown[]>;
}

/** A column of an entity, with its type and conversion. TypeORM exports no name for this type. */
export type Column = EntityMetadata['columns'][number];

/** The members of TypeORM's drivers that its documentation does not name (decisions/0008). */
interface Drivers {
  readonly databaseConnection?: SqliteConnection;
  readonly master?: Pool;
}

const driverOf = ({ driver }: DataSource): Drivers => driver as unknown as Drivers;

/**
 * The connection of a SQLite data source, which has one; undefined on PostgreSQL.
 * @throws {ConnectionIsNotSetError} if the data source is closed
 */
export function sqliteConnectionOf(source: DataSource): SqliteConnection | undefined {
  if (source.options.type !== 'better-sqlite3') return undefined;
  const { databaseConnection } = driverOf(source);
  if (databaseConnection === undefined) throw new ConnectionIsNotSetError('better-sqlite3');
  return databaseConnection;
}

/** The pool of a PostgreSQL data source; undefined on SQLite, and after the data source is closed. */
export const poolOf = (source: DataSource): Pool | undefined => driverOf(source).master;

/**
 * Checks a data source that has just been connected: everything that this file reads of TypeORM is there.
 * @throws {Error} if this version of TypeORM keeps it elsewhere
 */
export function checkInternals(source: DataSource): void {
  const { databaseConnection, master } = driverOf(source);
  const [member, isUsable] =
    source.options.type === 'postgres'
      ? ['driver.master', typeof master?.query === 'function']
      : ['driver.databaseConnection', typeof databaseConnection?.prepare === 'function'];
  if (!isUsable) throw new Error(`This version of TypeORM has no usable ${member}: see decisions/0008.`);
}
