import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { setInterval as ticks } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

const EXTENSION = extname(import.meta.url);
/** Tests run the sources, which a worker of Node.js 20 cannot read by itself. */
const IS_SOURCE = EXTENSION === '.ts';
const IDLE_MS = 60_000;
const LOOK_EVERY_MS = 250;
/** What the libraries need of memory and stack for the largest subject, several times over. */
const RESOURCES = { maxOldGenerationSizeMb: 256, stackSizeMb: 32 };

/** Newer than the types of the oldest Node.js; Node.js 20 does not have it. */
interface MeasuredWorker extends Worker {
  cpuUsage?(): Promise<NodeJS.CpuUsage>;
}

/** In milliseconds; none before the thread has begun. Node.js 20 knows that of the process only, which is never less. */
async function processorTime(thread: MeasuredWorker): Promise<number> {
  try {
    const { user, system } = await (thread.cpuUsage?.() ?? process.cpuUsage());
    return (user + system) / 1_000;
  } catch (error) {
    // Of a thread that has ended, its `exit` event tells.
    if ((error as NodeJS.ErrnoException).code === 'ERR_WORKER_NOT_RUNNING') return 0;
    throw error;
  }
}

/**
 * A check that what it is given can keep busy, or break: it runs in a worker thread, which starts with the first subject
 * and ends when nothing has come for a minute. A thread that cannot be loaded, dies or hangs fails the check that it was
 * at; the next check has a new thread.
 */
export class IsolatedCheck<Subject, Verdict> {
  private readonly file: URL;
  private readonly code: URL | string;
  private thread?: Worker;
  private idle?: NodeJS.Timeout;

  /**
   * @param script the module that answers each message with a verdict, without its extension; it imports nothing by a
   * relative path, and `workerData.file` is its address
   * @param limitMs of processor time: the last resort against a subject that never ends
   */
  constructor(
    script: URL,
    private readonly limitMs: number,
  ) {
    this.file = new URL(script.href + EXTENSION);
    // Read now, so that a build that replaces the file does not change a server that runs.
    this.code = IS_SOURCE
      ? `import('tsx/esm/api').then(({ tsImport }) => tsImport('${this.file.href}', '${this.file.href}'));`
      : new URL(`data:text/javascript;base64,${readFileSync(this.file).toString('base64')}`);
  }

  /** The verdict on a subject; the caller asks for one after the other. @throws {Error} if the thread does not give it */
  async run(subject: Subject): Promise<Verdict> {
    clearTimeout(this.idle);
    const thread = (this.thread ??= this.start());
    const over = new AbortController();
    const { signal } = over;
    try {
      const verdict = once(thread, 'message', { signal });
      const end = once(thread, 'exit', { signal }).then(() => {
        throw new Error('The thread of the check has ended.');
      });
      thread.postMessage(subject);
      const [first] = (await Promise.race([verdict, end, this.overrun(thread, signal)])) as [Verdict];
      return first;
    } catch (error) {
      this.forget(thread);
      void thread.terminate();
      throw error;
    } finally {
      over.abort();
      this.idle = setTimeout(() => void this.close(), IDLE_MS).unref();
    }
  }

  async close(): Promise<void> {
    clearTimeout(this.idle);
    const { thread } = this;
    this.thread = undefined;
    await thread?.terminate();
  }

  private start(): Worker {
    const thread = new Worker(this.code, {
      workerData: { file: this.file.href },
      resourceLimits: RESOURCES,
      eval: IS_SOURCE,
      execArgv: [],
    });
    thread.unref();
    // Without a listener, a fault between two checks would end the process.
    thread.on('error', () => this.forget(thread));
    thread.on('exit', () => this.forget(thread));
    return thread;
  }

  private forget(thread: Worker): void {
    if (this.thread === thread) this.thread = undefined;
  }

  /** Fails when the thread has used up its processor time; a busy machine uses up none. */
  private async overrun(thread: Worker, signal: AbortSignal): Promise<never> {
    const start = await processorTime(thread);
    for await (const _ of ticks(LOOK_EVERY_MS, undefined, { signal, ref: false })) {
      if ((await processorTime(thread)) - start > this.limitMs)
        throw new Error(`The check has taken more than ${this.limitMs} ms of processor time.`);
    }
    throw new Error('The check is over.');
  }
}
