import type { DataSource } from 'typeorm';
import { ConfigurationError, type SqliteConfiguration } from '../../config/configuration.js';
import type { Entities } from '../migrations.js';
import { runMigrations } from '../run-migrations.js';
import { BUSY_TIMEOUT_MS, sqliteDataSource } from './sqlite-data-source.js';

/** How long a start waits for another process that migrates. */
const MIGRATION_TIMEOUT_MS = 60_000;

/** @throws {ConfigurationError} if SQLite cannot use the file */
export async function openSqlite(database: SqliteConfiguration, entities: Entities): Promise<DataSource> {
  const source = sqliteDataSource(database, entities);
  try {
    await source.initialize();
    await migrate(source);
    return source;
  } catch (error) {
    if (source.isInitialized) await source.destroy();
    throw unusableSqlite(database, error);
  }
}

/** Names the file and SQLite's reason, if the file cannot be used; returns any other error as it is. */
export function unusableSqlite({ path }: SqliteConfiguration, error: unknown): Error {
  const { code = '', message } = error as { code?: string; message: string };
  const driverCode = (error as { driverError?: { code?: string } }).driverError?.code ?? code;
  if (!/^SQLITE_(CANTOPEN|NOTADB|CORRUPT|READONLY|PERM|AUTH|IOERR|BUSY|FULL)/.test(driverCode))
    return error as Error;
  return new ConfigurationError([
    `${path} cannot be opened as a SQLite database (DATABASE_URL, DATA_DIR): ${message}`,
  ]);
}

/** Locks the file before it looks for missing migrations, because another process may be migrating. */
async function migrate(source: DataSource): Promise<void> {
  await source.query(`PRAGMA busy_timeout = ${MIGRATION_TIMEOUT_MS}`);
  // A migration that rebuilds a table must not delete the rows that refer to it. Within a transaction, this has no effect.
  await source.query('PRAGMA foreign_keys = OFF');
  await source.query('BEGIN IMMEDIATE');
  try {
    await runMigrations(source, 'none');
    await source.query('COMMIT');
  } catch (error) {
    await source.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
  await source.query('PRAGMA foreign_keys = ON');
  await source.query(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
}
