import { defaults } from 'pg';
import type { DataSource } from 'typeorm';
import { ConfigurationError, type PostgresConfiguration } from '../../config/configuration.js';
import type { Entities } from '../migrations.js';
import { runMigrations } from '../run-migrations.js';
import { postgresDataSource } from './postgres-data-source.js';
import { reasonOf } from './reason.js';
import { WatchedPool } from './watched-pool.js';

/** How long a statement may take, including the wait for rows that another transaction has locked. */
const STATEMENT_TIMEOUT_MS = 10_000;

/** The advisory lock of a server that migrates. No other program may use this number in the same database. */
const LOCK = 7_182_818_284;

/** @throws {ConfigurationError} if PostgreSQL cannot be reached or used; its message has no password */
export async function openPostgres(database: PostgresConfiguration, entities: Entities): Promise<DataSource> {
  // Migrations have connections of their own, without a time limit.
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

/** Names the database and the reason, if PostgreSQL cannot be used; returns any other error as it is. */
export function unusablePostgres({ host, port, database }: PostgresConfiguration, error: unknown): Error {
  if (error instanceof ConfigurationError) return error;
  const reason = reasonOf(error);
  if (reason === undefined) return error as Error;
  return new ConfigurationError([
    `PostgreSQL on ${host}:${port}, database "${database}", cannot be used (DATABASE_URL): ${reason}`,
  ]);
}

/** Runs the missing migrations. If several servers start at once, one migrates and the others wait for it. */
async function migrate(source: DataSource): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    const [{ server_encoding: encoding }] = (await runner.query('SHOW server_encoding')) as [
      { server_encoding: string },
    ];
    if (encoding !== 'UTF8')
      throw new ConfigurationError([
        `The database stores text as ${encoding} (DATABASE_URL): it must be created with ENCODING 'UTF8'.`,
      ]);
    await runner.query('SELECT pg_advisory_lock($1)', [LOCK]);
    try {
      await runMigrations(source, 'each');
    } finally {
      await runner.query('SELECT pg_advisory_unlock($1)', [LOCK]);
    }
  } finally {
    await runner.release();
  }
}
