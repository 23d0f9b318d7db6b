import type { DataSource } from 'typeorm';
import { ConfigurationError, type SqliteConfiguration } from '../../config/configuration.js';
import type { Entities } from '../entity-list.js';
import { runMigrations } from '../run-migrations.js';
import { BUSY_TIMEOUT_MS, sqliteDataSource } from './sqlite-data-source.js';

/** How long a start waits for another one that is migrating. */
const MIGRATION_TIMEOUT_MS = 60_000;

/** @throws {ConfigurationError} where the file is none that SQLite can use */
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

/** What to throw where a file could not be opened: its name and SQLite's reason, or the error where it is a fault of the program. */
export function unusableSqlite({ path }: SqliteConfiguration, error: unknown): Error {
  const { code = '', message } = error as { code?: string; message: string };
  const driverCode = (error as { driverError?: { code?: string } }).driverError?.code ?? code;
  if (!/^SQLITE_(CANTOPEN|NOTADB|CORRUPT|READONLY|PERM|AUTH|IOERR|BUSY|FULL)/.test(driverCode))
    return error as Error;
  return new ConfigurationError([
    `${path} cannot be opened as a SQLite database (DATABASE_URL, DATA_DIR): ${message}`,
  ]);
}

/** Takes the file for itself before it looks which migrations are missing: another process may be at it. */
async function migrate(source: DataSource): Promise<void> {
  await source.query(`PRAGMA busy_timeout = ${MIGRATION_TIMEOUT_MS}`);
  // Inside of the transaction this would have no effect; a table that is made anew must not take others with it.
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
