import { extname } from 'node:path';
import { Piscina } from 'piscina';

const IDLE_MS = 60_000;

const EXTENSION = extname(import.meta.url);

/**
 * A check that what it is given may keep busy: it runs in a thread of its own, which is started with the first subject,
 * and with a time limit, so that no other request waits for it.
 */
export class IsolatedCheck<Subject, Verdict> {
  private worker?: Piscina<Subject, Verdict>;
  private last: Promise<unknown> = Promise.resolve();

  /**
   * @param script the module whose default export is the check, without its extension
   * @param easy a subject that takes no time: with it the thread starts and loads its libraries, which is no fault of the next
   */
  constructor(
    private readonly script: URL,
    private readonly easy: Subject,
    private readonly limitMs: number,
  ) {}

  /** The verdict, or undefined where the time did not suffice. One after the other, so that the limit is of each alone. */
  run(subject: Subject): Promise<Verdict | undefined> {
    const result = this.last.then(() => this.runNow(subject));
    this.last = result.catch(() => undefined);
    return result;
  }

  private async runNow(subject: Subject): Promise<Verdict | undefined> {
    this.worker ??= new Piscina({
      filename: this.script.href + EXTENSION,
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: IDLE_MS,
      // Tests run the sources, and a worker of Node 20 cannot read TypeScript by itself.
      execArgv: EXTENSION === '.ts' ? ['--import', 'tsx'] : [],
    });
    await this.worker.run(this.easy);
    try {
      return await this.worker.run(subject, { signal: AbortSignal.timeout(this.limitMs) });
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
      return undefined;
    }
  }

  async close(): Promise<void> {
    await this.worker?.destroy();
  }
}
