import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DataSource } from 'typeorm';
import { ConfigurationError, type SqliteConfiguration } from '../../config/configuration.js';
import type { Entities } from '../entity-list.js';
import { MIGRATIONS } from '../migrations.js';
import { NoLog } from '../run-migrations.js';
import { sqliteDriver } from './sqlite-driver.js';

/** How long a statement waits for another process that holds the file. */
export const BUSY_TIMEOUT_MS = 2_000;

/** Of each connection, however large the file is. */
const CACHE_KIBIBYTES = 65_536;

/** 32 MB of WAL. */
const CHECKPOINT_PAGES = 8_000;

/**
 * Every acknowledged write is on disk: WAL with `synchronous=FULL`.
 * @throws {ConfigurationError} where the folder of the file cannot be made, or the driver is not installed
 */
export function sqliteDataSource({ path }: SqliteConfiguration, entities: Entities): DataSource {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new ConfigurationError([
      `The folder of the database ${path} cannot be made (DATA_DIR, DATABASE_URL): ${(error as Error).message}`,
    ]);
  }
  forOwnerAlone(path);
  return new DataSource({
    type: 'better-sqlite3',
    driver: sqliteDriver(),
    database: path,
    enableWAL: true,
    timeout: BUSY_TIMEOUT_MS,
    prepareDatabase: (connection: { pragma(source: string): unknown }) => {
      connection.pragma('synchronous = FULL');
      // With SQLite's own two megabytes, the upper pages of a large index are read anew for each write.
      connection.pragma(`cache_size = -${CACHE_KIBIBYTES}`);
      // What is in the WAL is on disk already; writing it back into the file holds up whoever commits just then.
      connection.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
      // As PostgreSQL compares.
      connection.pragma('case_sensitive_like = ON');
    },
    logger: new NoLog(),
    entities: [...entities] as never,
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'each',
  });
}

/** What a connector ingests is for those whom its items name, and not for every user of this machine. */
function forOwnerAlone(path: string): void {
  try {
    // SQLite gives the files beside it the mode of the database.
    if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
    for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) chmodSync(file, 0o600);
  } catch {
    // Another user's file, or one that cannot be written: SQLite says what of it hinders.
  }
}
