import type { DataSource, QueryRunner } from 'typeorm';
import { change } from '../statement.js';
import type { UnitsOfWork, Work } from './unit-of-work.js';

/** The most units in one transaction, so that the first does not wait too long for the last. */
const LARGEST_GROUP = 64;

/**
 * Turns of the event loop to wait before a group starts, so that requests that arrived during the last commit join it:
 * one turn reads them, the next runs their bodies.
 */
const TURNS = 2;

interface Unit {
  readonly work: Work<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

type Outcome = { readonly value: unknown } | { readonly error: unknown };

/**
 * Runs units of work one after the other on SQLite's only writing connection. Units that wait at the same time share a
 * transaction, and so one wait for the disk. Each has a savepoint, so that a unit that fails rolls back only itself. No
 * unit is acknowledged before the shared commit.
 */
export class GroupCommit implements UnitsOfWork {
  private readonly waiting: Unit[] = [];
  private running = false;

  onCommit?: (units: number) => void;

  constructor(private readonly writer: DataSource) {}

  get waitingCount(): number {
    return this.waiting.length;
  }

  run<T>(work: Work<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.waiting.push({ work, resolve: resolve as (value: unknown) => void, reject });
      if (this.running) return;
      this.running = true;
      void this.drain();
    });
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      for (let turn = 0; turn < TURNS; turn++) await new Promise((resume) => setImmediate(resume));
      await this.commit(this.waiting.splice(0, LARGEST_GROUP));
    }
    this.running = false;
  }

  private async commit(group: readonly Unit[]): Promise<void> {
    const outcomes: Outcome[] = [];
    try {
      const runner = this.writer.createQueryRunner();
      await change(runner.manager, 'BEGIN IMMEDIATE');
      try {
        // A single unit needs no savepoint: it has the transaction to itself.
        const run = group.length === 1 ? alone : inSavepoint;
        for (const { work } of group) outcomes.push(await run(runner, work));
        await change(runner.manager, 'COMMIT');
        this.onCommit?.(group.length);
      } catch (error) {
        // If the disk is full, SQLite has rolled back already.
        await runner.query('ROLLBACK').catch(() => undefined);
        throw error;
      }
    } catch (error) {
      for (const { reject } of group) reject(error);
      return;
    }
    group.forEach(({ resolve, reject }, index) => {
      const outcome = outcomes[index]!;
      if ('error' in outcome) reject(outcome.error);
      else resolve(outcome.value);
    });
  }
}

async function alone(runner: QueryRunner, work: Work<unknown>): Promise<Outcome> {
  return { value: await work(runner.manager) };
}

async function inSavepoint(runner: QueryRunner, work: Work<unknown>): Promise<Outcome> {
  await change(runner.manager, 'SAVEPOINT unit');
  let outcome: Outcome;
  try {
    outcome = { value: await work(runner.manager) };
  } catch (error) {
    outcome = { error };
    await change(runner.manager, 'ROLLBACK TO unit');
  }
  await change(runner.manager, 'RELEASE unit');
  return outcome;
}
