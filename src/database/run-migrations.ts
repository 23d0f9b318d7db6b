import { AbstractLogger, type DataSource } from 'typeorm';
import { ConfigurationError } from '../config/configuration.js';
import { MIGRATIONS } from './migrations.js';

/** Silent: TypeORM prints the failure of a migration, and throws it as well. */
export class NoLog extends AbstractLogger {
  protected writeLog(): void {}
}

/** Whether a table or an index of this name exists already. PostgreSQL has a code for it, SQLite only words. */
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
    `${what} (DATABASE_URL, DATA_DIR): use an empty database, or one of this program and version.`,
  ]);

/**
 * Runs the missing migrations.
 * @throws {ConfigurationError} if the database belongs to another program, or to a newer version
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
