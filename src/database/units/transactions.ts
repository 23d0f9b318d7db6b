import { setTimeout as wait } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import type { Units, Work } from './units.js';

/** Serialization failure and deadlock: PostgreSQL has undone the transaction and asks for it again. */
const CONFLICTS = new Set(['40001', '40P01']);

const MOST_ATTEMPTS = 5;
const PAUSE_MS = 10;

const isConflict = (error: unknown): boolean => {
  const { code, driverError } = error as { code?: string; driverError?: { code?: string } };
  return CONFLICTS.has(driverError?.code ?? code ?? '');
};

/**
 * Runs each unit of work in a transaction of its own on one of PostgreSQL's connections, and again where another
 * transaction was in its way. A connection that is lost while it commits leaves open what became of the unit: that is
 * reported as a failure and not tried again.
 */
export class Transactions implements Units {
  /** They wait in the pool. */
  readonly waitingCount = 0;
  onCommit?: (units: number) => void;

  constructor(private readonly source: DataSource) {}

  async run<T>(work: Work<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.attempt(work);
      } catch (error) {
        if (attempt === MOST_ATTEMPTS || !isConflict(error)) throw error;
        // Not all that were in each other's way come again at the same moment.
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

/** PostgreSQL answers a commit of a transaction in which a statement had failed with success, and undoes all of it. */
async function commit(connection: ClientBase): Promise<void> {
  const { command } = await connection.query('COMMIT');
  if (command !== 'COMMIT') throw new Error('A unit of work went on after a statement of it had failed.');
}

/** A connection on which nothing can be undone is not used again. */
async function undo(runner: QueryRunner, connection: ClientBase): Promise<void> {
  if (runner.isReleased) return;
  try {
    await connection.query('ROLLBACK');
  } catch {
    void (connection as ClientBase & { end(): Promise<void> }).end().catch(() => undefined);
  }
}
