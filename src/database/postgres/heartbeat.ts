import { Client, type ClientConfig } from 'pg';
import { reasonOf } from './reason.js';

/** How often the database is asked. */
const PERIOD_MS = 250;

/** So many ticks without an answer are too many. Time is counted in ticks, since one long turn of this process is one. */
const TICK_MS = 100;
const MOST_TICKS = 10;

/** Too many connections: an answer after all. */
const FULL = /^53/;

/** Asks the database on a connection of its own, all the time, whether it answers. */
export class Heartbeat {
  /** Why it does not; undefined while it does. */
  lost?: Error;
  private client?: Client;
  stopped = false;
  private listener?: { begin(reason: string): void; end(): void };
  private next?: NodeJS.Timeout;

  /** @param onLost called when the database has stopped to answer, and again while it goes on not to */
  constructor(
    private readonly config: ClientConfig,
    private readonly onLost: (reason: Error) => void,
  ) {
    this.schedule();
  }

  /** Tells when the database has stopped to answer, and when it answers, each time that it is asked. */
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

  /** It may be this connection alone that is broken, or the database is back by now: then requests need not be refused. */
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
      // Told by the next question as well.
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

/** With a code as the network's own errors have, so that it means the same. */
class NoAnswer extends Error {
  readonly code = 'ETIMEDOUT';

  constructor() {
    super('The database does not answer.');
  }
}
