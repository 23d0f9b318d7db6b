import type { DataSource, EntityManager } from 'typeorm';

/**
 * The work of one unit. It uses only the given manager, and awaits nothing but the database. It may run again from the
 * start after all of it was rolled back, so it changes nothing but rows.
 */
export type Work<T> = (manager: EntityManager) => Promise<T>;

/** Runs units of work. All of a unit is stored when its promise is fulfilled, none of it when its promise is rejected. */
export interface UnitsOfWork {
  run<T>(work: Work<T>): Promise<T>;
  /** How many units wait for others to end. */
  readonly waitingCount: number;
  /** Called with the number of units that shared a commit. */
  onCommit?: (units: number) => void;
}

/** Runs read-only work in one snapshot. On SQLite, nobody else may use the data source meanwhile. */
export const inSnapshot = <T>(source: DataSource, work: Work<T>): Promise<T> =>
  within(
    source,
    source.options.type === 'postgres' ? 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' : 'BEGIN',
    'ROLLBACK',
    work,
  );

/**
 * Runs one long piece of work in a transaction, on a data source that serves no requests, and does not retry it. On
 * SQLite, nobody else may use the data source meanwhile.
 */
export const inTransaction = <T>(source: DataSource, work: Work<T>): Promise<T> =>
  within(source, source.options.type === 'postgres' ? 'BEGIN' : 'BEGIN IMMEDIATE', 'COMMIT', work);

async function within<T>(source: DataSource, begin: string, end: string, work: Work<T>): Promise<T> {
  const runner = source.createQueryRunner();
  try {
    await runner.query(begin);
    try {
      const value = await work(runner.manager);
      await runner.query(end);
      return value;
    } catch (error) {
      // A lost connection has no transaction to end.
      await runner.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  } finally {
    await runner.release();
  }
}
