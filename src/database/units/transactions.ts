import { setTimeout as wait } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import type { UnitsOfWork, Work } from './unit-of-work.js';

/** Serialization failure and deadlock: PostgreSQL has rolled back the transaction, and it may be retried. */
const CONFLICTS = new Set(['40001', '40P01']);

const MOST_ATTEMPTS = 5;
const PAUSE_MS = 10;

const isConflict = (error: unknown): boolean => {
  const { code, driverError } = error as { code?: string; driverError?: { code?: string } };
  return CONFLICTS.has(driverError?.code ?? code ?? '');
};

/**
 * Runs each unit of work in a transaction of its own on one of PostgreSQL's connections, and retries it after a conflict
 * with another transaction. If the connection is lost during COMMIT, the outcome is unknown: the unit is reported as
 * failed, and not retried.
 */
export class Transactions implements UnitsOfWork {
  /** Units wait in the pool. */
  readonly waitingCount = 0;
  onCommit?: (units: number) => void;

  constructor(private readonly source: DataSource) {}

  async run<T>(work: Work<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(work);
      } catch (error) {
        if (attempt === MOST_ATTEMPTS || !isConflict(error)) throw error;
        // At random, so that the units that conflicted do not meet again.
        await wait(Math.random() * PAUSE_MS * 2 ** attempt);
      }
    }
  }

  private async attempt<T>(work: Work<T>): Promise<T> {
    const runner = this.source.createQueryRunner();
    try {
      const connection = (await runner.connect()) as ClientBase;
      try {
        await runner.startTransaction();
        const value = await work(runner.manager);
        await commit(connection);
        this.onCommit?.(1);
        return value;
      } catch (error) {
        await undo(runner, connection);
        throw error;
      }
    } finally {
      await runner.release();
    }
  }
}

/** If a statement of the transaction has failed, PostgreSQL answers COMMIT with success, and rolls back. */
async function commit(connection: ClientBase): Promise<void> {
  const { command } = await connection.query('COMMIT');
  if (command !== 'COMMIT') throw new Error('A unit of work went on after one of its statements had failed.');
}

/** Closes the connection if it cannot roll back, so that nobody uses it again. */
async function undo(runner: QueryRunner, connection: ClientBase): Promise<void> {
  if (runner.isReleased) return;
  try {
    await connection.query('ROLLBACK');
  } catch {
    void (connection as ClientBase & { end(): Promise<void> }).end().catch(() => undefined);
  }
}
