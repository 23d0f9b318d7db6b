import { Client, type ClientConfig } from 'pg';
import { reasonOf } from './reason.js';

/** The pause between two checks. */
const PERIOD_MS = 250;

/**
 * The database is lost after more than `MOST_TICKS` without an answer. Ticks are counted instead of time, because a turn
 * in which this process is busy counts as one, however long it is.
 */
const TICK_MS = 100;
const MOST_TICKS = 10;

/** The class of "too many connections", which only a running database answers. */
const FULL = /^53/;

/** Checks all the time, on a connection of its own, whether the database answers. */
export class Heartbeat {
  /** Why the database does not answer; undefined while it does. */
  lost?: Error;
  private client?: Client;
  stopped = false;
  private listener?: { begin(reason: string): void; end(): void };
  private next?: NodeJS.Timeout;

  /** @param onLost called when the database stops answering, and after each failed check until it answers again */
  constructor(
    private readonly config: ClientConfig,
    private readonly onLost: (reason: Error) => void,
  ) {
    this.schedule();
  }

  /** Reports the result of each check: `begin` if the database does not answer, `end` if it does. */
  tell(listener: { begin(reason: string): void; end(): void }): void {
    this.listener = listener;
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.next);
    this.drop();
  }

  private schedule(): void {
    if (!this.stopped) this.next = setTimeout(() => void this.beat(), PERIOD_MS).unref();
  }

  private async beat(): Promise<void> {
    try {
      await this.answered().catch((error: unknown) => this.onAnother(error));
      this.lost = undefined;
      this.listener?.end();
    } catch (error) {
      this.drop();
      if (this.stopped) return;
      if (!FULL.test((error as { code?: string }).code ?? '')) {
        this.lost = error as Error;
        this.listener?.begin(reasonOf(error) ?? this.lost.message);
        this.onLost(this.lost);
      }
    }
    this.schedule();
  }

  /** Checks again on a new connection: perhaps only the old one is broken, and then requests need not be refused. */
  private async onAnother(error: unknown): Promise<void> {
    this.drop();
    if (error instanceof NoAnswer || this.stopped) throw error;
    await this.answered();
  }

  private answered(): Promise<void> {
    return new Promise((resolve, reject) => {
      let ticks = 0;
      const patience = setInterval(() => {
        if (++ticks > MOST_TICKS) reject(new NoAnswer());
      }, TICK_MS).unref();
      this.ask()
        .then(resolve, reject)
        .finally(() => clearInterval(patience));
    });
  }

  private async ask(): Promise<void> {
    if (this.client === undefined) {
      this.client = new Client(this.config);
      // The next check reports it as well.
      this.client.on('error', () => undefined);
      await this.client.connect();
    }
    await this.client.query('SELECT 1');
  }

  private drop(): void {
    this.client?.end().catch(() => undefined);
    this.client = undefined;
  }
}

/** Has the code of the network's own error, so that it is treated alike. */
class NoAnswer extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('The database does not answer.');
  }
}
