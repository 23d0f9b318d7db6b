import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DataSourceOptions, EntityTarget, ObjectLiteral } from 'typeorm';
import type { DatabaseConfiguration } from '../config/configuration.js';
import { ConfigurationError } from '../config/configuration-error.js';
import { MIGRATIONS } from './migrations.js';

/** How long a statement waits for another process that holds the file. */
const BUSY_TIMEOUT_MS = 2_000;

export type Entities = readonly EntityTarget<ObjectLiteral>[];

/**
 * How TypeORM reaches the database; the server, the tests and TypeORM's command line all ask here. Every acknowledged
 * write is on disk: WAL with `synchronous=FULL`.
 * @throws {ConfigurationError} where the folder of the file cannot be made
 */
export function dataSourceOptions(database: DatabaseConfiguration, entities: Entities): DataSourceOptions {
  if (database.type === 'postgres')
    throw new ConfigurationError(['PostgreSQL is not supported by this version.']);
  try {
    mkdirSync(dirname(database.path), { recursive: true });
  } catch (error) {
    throw new ConfigurationError([
      `The folder of the database ${database.path} cannot be made (DATA_DIR, DATABASE_URL): ${(error as Error).message}`,
    ]);
  }
  return {
    type: 'better-sqlite3',
    database: database.path,
    enableWAL: true,
    timeout: BUSY_TIMEOUT_MS,
    prepareDatabase: (connection: { pragma(source: string): unknown }) => {
      connection.pragma('synchronous = FULL');
      // As PostgreSQL compares.
      connection.pragma('case_sensitive_like = ON');
    },
    entities: [...entities] as never,
    migrations: MIGRATIONS,
    migrationsRun: true,
    migrationsTransactionMode: 'each',
  };
}
