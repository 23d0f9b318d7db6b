import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../src/config/configuration.js';
import { openDatabase } from '../../src/database/open.js';
import { Table, type TableSql } from '../../src/database/table.js';
import { ENTITIES } from '../../src/entities.js';
import { query, temporaryDatabase, type TestDatabase } from '../support/database.js';

const QUOTED = /"(\w+)"/g;

let own: TestDatabase;
let database: DataSource;
beforeAll(async () => {
  own = await temporaryDatabase();
  database = await openDatabase(loadConfiguration(own.environment).database, ENTITIES);
});
afterAll(async () => {
  await database.destroy();
  await own.remove();
});

const quotedIn = (sql: string): string[] => Array.from(sql.matchAll(QUOTED), ([, name]) => name!);

/** The columns that the database has, in no order. */
async function columnsOf(table: string): Promise<string[]> {
  const runner = database.createQueryRunner();
  const found = await runner.getTable(table);
  await runner.release();
  return found!.columns.map(({ name }) => name);
}

const sqlOf = (entity: new () => object): TableSql => {
  const key = database.getMetadata(entity).primaryColumns.map(({ propertyName }) => propertyName);
  return new Table(entity, key as never[]).sqlOn(database.manager);
};

const names = ENTITIES.map((entity) => [(entity as { name: string }).name, entity] as const);

describe('the statements of a table', () => {
  it.each(names)('name every column that the table of %s has, and no other', async (_, entity) => {
    const { tableName, primaryColumns } = database.getMetadata(entity);
    const sql = sqlOf(entity as new () => object);
    const all = [tableName, ...(await columnsOf(tableName))].toSorted();
    const key = primaryColumns.map(({ databaseName }) => databaseName);
    for (const statement of [sql.insert, sql.insertIfMissing, sql.replace])
      expect(quotedIn(statement).toSorted(), statement).toEqual(all);
    for (const statement of [sql.find, sql.lockForUpdate, sql.lockShared])
      expect(quotedIn(statement).toSorted(), statement).toEqual([...all, ...key].toSorted());
    expect(quotedIn(sql.delete)).toEqual([tableName, ...key]);
  });

  it.each(names)('are understood by the database for %s', async (_, entity) => {
    const { columns, primaryColumns } = database.getMetadata(entity);
    const sql = sqlOf(entity as new () => object);
    const row = columns.map(({ type }) => (type === 'integer' ? 1 : '"x"'));
    const key = primaryColumns.map(() => '"x"');
    expect(await query(own, sql.find, key)).toEqual([]);
    await query(own, sql.insert, row);
    await query(own, sql.insertIfMissing, row);
    if (columns.length > key.length)
      await query(own, sql.replace, [...row.filter((_value, index) => !columns[index]!.isPrimary), ...key]);
    for (const find of [sql.find, sql.lockForUpdate, sql.lockShared])
      expect(await query(own, find, key)).toHaveLength(1);
    await query(own, sql.delete, key);
    expect(await query(own, sql.find, key)).toEqual([]);
  });

  it('refuse another key than the primary one', () => {
    const [, entity] = names.find(([name]) => name === 'ItemEntity')!;
    const wrong = new Table(entity as new () => { id: string }, ['id']);
    expect(() => wrong.sqlOn(database.manager)).toThrow('The primary key of external_item is not id.');
  });
});
