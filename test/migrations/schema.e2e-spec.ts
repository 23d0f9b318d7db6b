import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataSourceOptions } from '../../src/database/data-source-options.js';
import { ENTITIES } from '../../src/entities.js';
import { temporaryFolder } from '../support/server.js';

describe('the migrations', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let database: DataSource;
  beforeEach(async () => {
    folder = temporaryFolder();
    const options = dataSourceOptions(
      { type: 'sqlite', path: join(folder.path, 'new', 'test.db') },
      ENTITIES,
    );
    database = await new DataSource(options).initialize();
  });
  afterEach(async () => {
    await database.destroy();
    folder.remove();
  });

  it('make exactly the tables that the entities describe', async () => {
    const { upQueries } = await database.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('can be undone one by one, and made again', async () => {
    for (const _ of database.migrations) await database.undoLastMigration();
    const tables = await database.query<{ name: string }[]>(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('migrations', 'sqlite_sequence')",
    );
    expect(tables).toEqual([]);
    await database.runMigrations();
    const { upQueries } = await database.driver.createSchemaBuilder().log();
    expect(upQueries).toEqual([]);
  });

  it('store durably: WAL, and every commit on disk', async () => {
    expect(await database.query('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(await database.query('PRAGMA synchronous')).toEqual([{ synchronous: 2 }]);
  });
});
