import { defaults } from 'pg';
import type { DataSource } from 'typeorm';
import { ConfigurationError, type PostgresConfiguration } from '../../config/configuration.js';
import type { Entities } from '../entity-list.js';
import { migrate } from './migrate.js';
import { postgresDataSource } from './postgres-data-source.js';
import { reasonOf } from './reason.js';
import { WatchedPool } from './watched-pool.js';

/** How long a statement may take, the wait for rows that another transaction holds included. */
const STATEMENT_TIMEOUT_MS = 10_000;

/** @throws {ConfigurationError} where PostgreSQL cannot be reached or used, without its password */
export async function openPostgres(database: PostgresConfiguration, entities: Entities): Promise<DataSource> {
  // Migrations take as long as they take; they have connections of their own, without a time limit.
  const migrating = postgresDataSource({ ...database, pool: 2 }, entities);
  const limited = {
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
  };
  const source = postgresDataSource(database, entities, limited, { defaults, Pool: WatchedPool });
  try {
    await migrating.initialize();
    await migrate(migrating);
    return await source.initialize();
  } catch (error) {
    throw unusablePostgres(database, error);
  } finally {
    if (migrating.isInitialized) await migrating.destroy();
  }
}

/** What to throw where PostgreSQL could not be used: whatever the fault is, a person must see which database has it. */
export function unusablePostgres({ host, port, database }: PostgresConfiguration, error: unknown): Error {
  if (error instanceof ConfigurationError) return error;
  const reason = reasonOf(error);
  if (reason === undefined) return error as Error;
  return new ConfigurationError([
    `PostgreSQL on ${host}:${port}, database "${database}", cannot be used (DATABASE_URL): ${reason}`,
  ]);
}
