import type { DataSource } from 'typeorm';
import type { Work } from './units/units.js';

/**
 * Runs work that only reads, and reads everything as it was at one moment, whatever is written meanwhile. On SQLite the
 * source has one connection, which is to be nobody else's.
 */
export async function atOneMoment<T>(source: DataSource, work: Work<T>): Promise<T> {
  const runner = source.createQueryRunner();
  try {
    await runner.query(
      source.options.type === 'postgres' ? 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' : 'BEGIN',
    );
    try {
      return await work(runner.manager);
    } finally {
      // A connection that is gone has no transaction to end.
      await runner.query('ROLLBACK').catch(() => undefined);
    }
  } finally {
    await runner.release();
  }
}
