import type { DataSource } from 'typeorm';
import { ConfigurationError } from '../../config/configuration.js';
import { runMigrations } from '../run-migrations.js';

/** Of the lock that a server holds while it migrates; any number that no other program takes in this database. */
const LOCK = 7_182_818_284;

/** Runs what is missing of the migrations. Of several servers that start at once, one does, and the others wait for it. */
export async function migrate(source: DataSource): Promise<void> {
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
