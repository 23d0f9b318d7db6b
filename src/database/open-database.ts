import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { DatabaseConfiguration } from '../config/configuration.js';
import { dataSource } from './data-source.js';
import type { Entities } from './entity-list.js';
import { Database } from './database.js';
import { openPostgres } from './postgres/open-postgres.js';
import type { WatchedPool } from './postgres/watched-pool.js';
import { openSqlite } from './sqlite/open-sqlite.js';
import { GroupCommit } from './units/group-commit.js';
import { Transactions } from './units/transactions.js';

/**
 * The database, connected and brought to the newest migration, also where several servers start at once.
 * @throws {ConfigurationError} where it cannot be had
 */
export const openDatabase = (database: DatabaseConfiguration, entities: Entities): Promise<DataSource> =>
  database.type === 'postgres' ? openPostgres(database, entities) : openSqlite(database, entities);

/** The units of work and the reader of a database that is open. */
export async function databaseOn(
  source: DataSource,
  database: DatabaseConfiguration,
  entities: Entities,
): Promise<Database> {
  if (database.type === 'postgres') {
    const { master } = source.driver as PostgresDriver;
    return new Database(new Transactions(source), source, source.manager, (master as WatchedPool).heartbeat);
  }
  const reader = await dataSource(database, entities).initialize();
  return new Database(new GroupCommit(source), reader, reader.createQueryRunner().manager);
}
