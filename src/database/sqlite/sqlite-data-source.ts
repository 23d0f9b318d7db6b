import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DataSource } from 'typeorm';
import { ConfigurationError, type SqliteConfiguration } from '../../config/configuration.js';
import { type Entities, MIGRATIONS } from '../migrations.js';
import { NoLog } from '../run-migrations.js';
import { sqliteDriver } from './sqlite-driver.js';

/** How long a statement waits for another process that has locked the file. */
export const BUSY_TIMEOUT_MS = 2_000;

/** The page cache of each connection. */
const CACHE_KIBIBYTES = 65_536;

/** 32 MB of WAL. */
const CHECKPOINT_PAGES = 8_000;

/**
 * A data source for a file, not yet connected. Every acknowledged write is on disk: WAL with `synchronous=FULL`.
 * @throws {ConfigurationError} if the folder of the file cannot be created, or the driver is not installed
 */
export function sqliteDataSource({ path }: SqliteConfiguration, entities: Entities): DataSource {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new ConfigurationError([
      `The folder of the database ${path} cannot be created (DATA_DIR, DATABASE_URL): ${(error as Error).message}`,
    ]);
  }
  restrictToOwner(path);
  return new DataSource({
    type: 'better-sqlite3',
    driver: sqliteDriver(),
    database: path,
    enableWAL: true,
    timeout: BUSY_TIMEOUT_MS,
    prepareDatabase: (connection: { pragma(source: string): unknown }) => {
      connection.pragma('synchronous = FULL');
      // With SQLite's default of two megabytes, each write reads the upper pages of a large index again.
      connection.pragma(`cache_size = -${CACHE_KIBIBYTES}`);
      // A checkpoint delays the commit that triggers it, and the WAL is already on disk.
      connection.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      // As on PostgreSQL.
      connection.pragma('case_sensitive_like = ON');
    },
    logger: new NoLog(),
    entities: [...entities],
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'each',
  });
}

/** The content must not be readable by every user of this machine: access control lists protect it. */
function restrictToOwner(path: string): void {
  try {
    // SQLite gives the WAL files the mode of the database file.
    if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
    for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) chmodSync(file, 0o600);
  } catch {
    // Another user's file, or a read-only one: SQLite reports what it cannot do.
  }
}
