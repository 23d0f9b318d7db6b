import { AbstractLogger, type DataSource } from 'typeorm';
import { ConfigurationError } from '../config/configuration.js';
import { MIGRATIONS } from './migrations.js';

/** TypeORM prints that a migration failed, and throws it as well. */
export class NoLog extends AbstractLogger {
  protected writeLog(): void {}
}

/** A table, or an index, of this name is there: PostgreSQL says it by its code, SQLite in words. */
const isTaken = (error: unknown): boolean => {
  const { code, message, driverError } = error as { code?: string; message: string; driverError?: unknown };
  return (
    code === '42P07' ||
    code === '42710' ||
    /^(SqliteError: )?(table|index) .* already exists$/.test(message) ||
    (driverError !== undefined && driverError !== error && isTaken(driverError))
  );
};

const notOurs = (what: string): ConfigurationError =>
  new ConfigurationError([
    `${what} (DATABASE_URL, DATA_DIR): name a database that is empty, or one of this program and version.`,
  ]);

/**
 * Runs what is missing of the migrations.
 * @throws {ConfigurationError} where the database is another program's, or of a newer version
 */
export async function runMigrations(source: DataSource, transaction: 'none' | 'each'): Promise<void> {
  await expectOurs(source);
  try {
    await source.runMigrations({ transaction });
  } catch (error) {
    if (isTaken(error))
      throw notOurs(
        `The database has tables of another program: ${(error as Error).message.replace(/^\w+: /, '')}`,
      );
    throw error;
  }
}

async function expectOurs(source: DataSource): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    const table = await runner.getTable('migrations');
    if (table === undefined) return;
    if (!['timestamp', 'name'].every((name) => table.findColumnByName(name)))
      throw notOurs('The database has a table "migrations" of another program');
    const known = new Set(MIGRATIONS.map(({ name }) => name));
    const rows = (await runner.query('SELECT "name" FROM "migrations" ORDER BY "timestamp"')) as {
      name: string;
    }[];
    const unknown = rows.find(({ name }) => !known.has(name));
    if (unknown !== undefined)
      throw notOurs(
        `The database has the migration ${unknown.name}, which is of a newer version or of another program`,
      );
  } finally {
    await runner.release();
  }
}
