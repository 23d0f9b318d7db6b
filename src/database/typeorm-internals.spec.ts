import { DataSource } from 'typeorm';
import { expect, it } from 'vitest';
import { sqliteDriver } from './sqlite/sqlite-driver.js';
import { checkInternals, sqliteConnectionOf } from './typeorm-internals.js';

it('finds the connection of the driver, and ends the start if TypeORM keeps it elsewhere', async () => {
  const source = await new DataSource({
    type: 'better-sqlite3',
    driver: sqliteDriver(),
    database: ':memory:',
  }).initialize();

  checkInternals(source);
  expect(sqliteConnectionOf(source)!.prepare('SELECT 1').raw().get()).toEqual([1]);

  const elsewhere = { options: source.options, driver: {} } as DataSource;
  expect(() => checkInternals(elsewhere)).toThrow('has no usable driver.databaseConnection');
  const postgres = { options: { type: 'postgres' }, driver: {} } as DataSource;
  expect(() => checkInternals(postgres)).toThrow('has no usable driver.master');
  await source.destroy();
});
