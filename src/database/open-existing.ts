import { existsSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import { ConfigurationError, type DatabaseConfiguration } from '../config/configuration.js';
import { dataSource } from './data-source.js';
import type { Entities } from './entity-list.js';
import { NEWEST_MIGRATION } from './migrations.js';
import { unusablePostgres } from './postgres/open-postgres.js';
import { unusableSqlite } from './sqlite/open-sqlite.js';

/**
 * The database as it is: neither made nor migrated, and without a limit for how long a statement or a transaction takes.
 * @throws {ConfigurationError} where it cannot be had, and where its newest migration is not this program's
 */
export async function openExisting(database: DatabaseConfiguration, entities: Entities): Promise<DataSource> {
  if (database.type === 'sqlite' && !existsSync(database.path))
    throw new ConfigurationError([`${database.path} does not exist (DATABASE_URL, DATA_DIR).`]);
  const source = dataSource(database, entities);
  try {
    await source.initialize();
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
        ? 'The database holds nothing of this program (DATABASE_URL, DATA_DIR).'
        : `The database is at the migration ${newest} and this program at ${NEWEST_MIGRATION} (DATABASE_URL, DATA_DIR): start a server of this version on it first.`,
    ]);
  } finally {
    await runner.release();
  }
}
