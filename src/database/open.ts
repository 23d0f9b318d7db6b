import { existsSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import { ConfigurationError, type DatabaseConfiguration } from '../config/configuration.js';
import { Database } from './database.js';
import { type Entities, NEWEST_MIGRATION } from './migrations.js';
import { openPostgres, unusablePostgres } from './postgres/open-postgres.js';
import { postgresDataSource } from './postgres/postgres-data-source.js';
import type { WatchedPool } from './postgres/watched-pool.js';
import { openSqlite, unusableSqlite } from './sqlite/open-sqlite.js';
import { sqliteDataSource } from './sqlite/sqlite-data-source.js';
import { checkInternals, poolOf } from './typeorm-internals.js';
import { GroupCommit } from './units/group-commit.js';
import { Transactions } from './units/transactions.js';

/** A data source for the database, not yet connected. The server, the tests and TypeORM's command line use it. */
export const dataSource = (database: DatabaseConfiguration, entities: Entities): DataSource =>
  database.type === 'postgres'
    ? postgresDataSource(database, entities)
    : sqliteDataSource(database, entities);

/**
 * Connects to the database and runs the missing migrations. Several servers may do so at once.
 * @throws {ConfigurationError} if the database cannot be reached or used
 */
export async function openDatabase(database: DatabaseConfiguration, entities: Entities): Promise<DataSource> {
  const open =
    database.type === 'postgres' ? openPostgres(database, entities) : openSqlite(database, entities);
  const source = await open;
  checkInternals(source);
  return source;
}

/** The units of work and the reader of an open database. */
export async function databaseOn(
  source: DataSource,
  database: DatabaseConfiguration,
  entities: Entities,
): Promise<Database> {
  if (database.type === 'postgres') {
    const { heartbeat } = poolOf(source) as WatchedPool;
    return new Database(new Transactions(source), source, source.manager, heartbeat);
  }
  const reader = await dataSource(database, entities).initialize();
  return new Database(new GroupCommit(source), reader, reader.createQueryRunner().manager);
}

/**
 * Connects to a database that a server has used: creates and migrates nothing, and sets no limit on the time of a
 * statement or a transaction.
 * @throws {ConfigurationError} if it cannot be reached or used, or its newest migration is not this program's
 */
export async function openExisting(database: DatabaseConfiguration, entities: Entities): Promise<DataSource> {
  if (database.type === 'sqlite' && !existsSync(database.path))
    throw new ConfigurationError([`${database.path} does not exist (DATABASE_URL, DATA_DIR).`]);
  const source = dataSource(database, entities);
  try {
    await source.initialize();
    checkInternals(source);
    await expectNewest(source);
    return source;
  } catch (error) {
    if (source.isInitialized) await source.destroy();
    throw database.type === 'postgres' ? unusablePostgres(database, error) : unusableSqlite(database, error);
  }
}

async function expectNewest(source: DataSource): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    const rows = (await runner.hasTable('migrations'))
      ? ((await runner.query('SELECT "name" FROM "migrations" ORDER BY "timestamp" DESC LIMIT 1')) as {
          name: string;
        }[])
      : [];
    const newest = rows[0]?.name;
    if (newest === NEWEST_MIGRATION) return;
    throw new ConfigurationError([
      newest === undefined
        ? 'The database was not created by Graph Connections (DATABASE_URL, DATA_DIR).'
        : `The database is at the migration ${newest}, and this program at ${NEWEST_MIGRATION} (DATABASE_URL, DATA_DIR). Start a server of this version on it first.`,
    ]);
  } finally {
    await runner.release();
  }
}
