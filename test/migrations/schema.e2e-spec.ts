import type { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/config/configuration.js';
import { openDatabase } from '../../src/database/open.js';
import { ENTITIES } from '../../src/entities.js';
import { query, temporaryDatabase, type TestDatabase } from '../support/database.js';
import { describeException } from '../support/exceptions.js';

let own: TestDatabase;
let database: DataSource;
beforeEach(async () => {
  own = await temporaryDatabase(false);
  database = await openDatabase(loadConfiguration(own.environment).database, ENTITIES);
});
afterEach(async () => {
  await database.destroy();
  await own.remove();
});

const differences = async (): Promise<string[]> => {
  const { upQueries } = await database.driver.createSchemaBuilder().log();
  return upQueries.map(({ query: sql }) => sql);
};

const tables = async (): Promise<string[]> => {
  const runner = database.createQueryRunner();
  const found: string[] = [];
  for (const { tablePath } of database.entityMetadatas)
    if (await runner.hasTable(tablePath)) found.push(tablePath);
  await runner.release();
  return found;
};

describe('the migrations', () => {
  it('make exactly the tables that the entities describe', async () => {
    expect(await differences()).toEqual([]);
  });

  it('can be undone one by one, and made again', async () => {
    expect(await tables()).toHaveLength(ENTITIES.length);
    for (const _ of database.migrations) await database.undoLastMigration();
    expect(await tables()).toEqual([]);
    await database.runMigrations();
    expect(await differences()).toEqual([]);
  });
});

describeException('PRAGMAs of durability', () => {
  it('store durably: WAL, and every commit on disk', async () => {
    expect(await database.query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(await database.query('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
  });
});

describeException('the order of text in PostgreSQL', () => {
  it('is that of its bytes in every column, whatever the database was created with', async () => {
    const where =
      "table_schema = 'public' AND table_name <> 'migrations' AND data_type IN ('text', 'character varying')";
    const columns = await query(
      own,
      `SELECT table_name, column_name, collation_name FROM information_schema.columns WHERE ${where}`,
    );
    expect(columns.length).toBeGreaterThan(10);
    expect(columns.filter(({ collation_name }) => collation_name !== 'C')).toEqual([]);
  });
});
