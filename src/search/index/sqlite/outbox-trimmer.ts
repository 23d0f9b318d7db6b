import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Database } from '../../../database/database.js';
import { change, select } from '../../../database/statement.js';

/** In one unit of work, and how long others have the database for themselves then. */
const AT_ONCE = 1_000;
const PAUSE_MS = 50;
/** How often the trimmer looks although no change was indexed. */
const LOOK_EVERY_MS = 10_000;
/** If the index cannot be written, the outbox keeps so many changes: without older ones, the index is built anew. */
const MOST_KEPT = 500_000;

const NEWEST = `SELECT coalesce(max("sequence"), 0) FROM "search_change"`;
const TRIM = `DELETE FROM "search_change" WHERE "sequence" IN
  (SELECT "sequence" FROM "search_change" WHERE "sequence" <= ? ORDER BY "sequence" LIMIT ${AT_ONCE})`;

/** Takes out of the outbox what is in the index, and what would make the outbox grow without end while nothing gets there. */
export class OutboxTrimmer {
  private readonly log = new Logger('Search');
  private readonly stopping = new AbortController();
  private readonly look: NodeJS.Timeout;
  private applied = 0;
  private running?: Promise<void>;

  /** @param mostKept changes that are not in the index */
  constructor(
    private readonly database: Database,
    private readonly mostKept = MOST_KEPT,
  ) {
    this.look = setInterval(() => this.start(), LOOK_EVERY_MS).unref();
  }

  /** Changes up to this one are in the index. */
  trim(applied: number): void {
    if (applied <= this.applied) return;
    this.applied = applied;
    this.start();
  }

  async close(): Promise<void> {
    clearInterval(this.look);
    this.stopping.abort();
    await this.running;
  }

  private start(): void {
    if (this.stopping.signal.aborted) return;
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    try {
      const { rows } = await select(this.database.read, NEWEST, []);
      const until = Math.max(this.applied, (rows[0]![0] as number) - this.mostKept);
      for (let removed = AT_ONCE; removed === AT_ONCE && !signal.aborted;) {
        await wait(PAUSE_MS, undefined, { signal });
        removed = await this.database.write((manager) => change(manager, TRIM, [until]));
      }
    } catch (error) {
      // The next look goes on; the database says elsewhere what it lacks.
      if (!signal.aborted) this.log.debug(error);
    }
  }
}
