import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, type CustomTypesConfig, types } from 'pg';
import { inject } from 'vitest';
import { type Configuration, loadConfiguration } from '../../src/config/configuration.js';
import { sqliteDriver } from '../../src/database/sqlite/sqlite-driver.js';
import { createDatabase, dropDatabase } from './postgres/databases.js';
import { until } from './until.js';

const postgres = inject('postgres');

/** Whether this run is on PostgreSQL. For `exceptions.ts` and this folder: a test says the same on both. */
export const onPostgres = postgres !== undefined;

/** Counts as numbers, in the tests' own questions alone. */
const withNumbers: CustomTypesConfig = {
  getTypeParser: (type, format) =>
    type === types.builtins.INT8 ? Number : types.getTypeParser(type, format),
};

type Row = Record<string, unknown>;

/** A database that nobody else uses. */
export interface TestDatabase {
  /** The variables that a server, or a program, needs to work on it; its `DATA_DIR` included. */
  readonly environment: Readonly<Record<string, string>>;
  readonly remove: () => Promise<void>;
}

/** What the database finds wrong with its own file; PostgreSQL has no such question. */
export async function faultsOf(own: TestDatabase): Promise<string[]> {
  if (onPostgres) return [];
  const found = await query<{ integrity_check: string }>(own, 'PRAGMA integrity_check');
  return found.map((row) => row.integrity_check).filter((text) => text !== 'ok');
}

/** Comes back when nobody but the caller is connected: what a program that was killed had sent is done by then. */
export async function untilAlone(own: TestDatabase): Promise<void> {
  if (!onPostgres) return;
  const others = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND backend_type = 'client backend'`;
  await until(async () => (await query(own, others)).length === 0);
}

/** @param migrated false for a database with nothing in it, as a user creates it */
export async function temporaryDatabase(migrated = true): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'graph-connections-'));
  const removeFolder = (): Promise<void> => rm(folder, { recursive: true, force: true });
  if (postgres === undefined) return { environment: { DATA_DIR: folder }, remove: removeFolder };
  const name = `test_${randomBytes(8).toString('hex')}`;
  const url = (database: string): string => `postgres://postgres@127.0.0.1:${postgres.port}/${database}`;
  await createDatabase(url('postgres'), name, migrated ? postgres.template : undefined);
  return {
    environment: { DATA_DIR: folder, DATABASE_URL: url(name) },
    remove: async () => {
      await dropDatabase(url('postgres'), name);
      await removeFolder();
    },
  };
}

/**
 * Sends SQL that both databases understand, on a connection of its own, so that it sees what is committed. Names are in
 * quotes, parameters are question marks.
 */
export async function query<T extends object = Row>(
  where: { readonly configuration: Pick<Configuration, 'database'> } | Pick<TestDatabase, 'environment'>,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<T[]> {
  const { database } = 'environment' in where ? loadConfiguration(where.environment) : where.configuration;
  return database.type === 'postgres'
    ? queryPostgres(database.url, sql, parameters)
    : querySqlite(database.path, sql, parameters);
}

async function queryPostgres<T>(url: string, sql: string, parameters: readonly unknown[]): Promise<T[]> {
  const client = new Client({ connectionString: url, types: withNumbers });
  await client.connect();
  try {
    let count = 0;
    const { rows } = await client.query(
      sql.replaceAll('?', () => `$${++count}`),
      [...parameters],
    );
    return rows as T[];
  } finally {
    await client.end();
  }
}

function querySqlite<T>(path: string, sql: string, parameters: readonly unknown[]): T[] {
  const file = new (sqliteDriver())(path);
  try {
    const statement = file.prepare<unknown[], T>(sql);
    if (statement.reader) return statement.all(...parameters);
    statement.run(...parameters);
    return [];
  } finally {
    file.close();
  }
}
