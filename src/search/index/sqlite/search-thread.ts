import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FromThread, Numbered } from './thread-messages.js';

const EXTENSION = extname(import.meta.url);
/** Tests run the sources, which a thread cannot read by itself. */
const IS_SOURCE = EXTENSION === '.ts';

interface Asked<Answer> {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * A worker thread that answers questions. It starts with the first one, and a new one takes the place of one that ends:
 * what was asked of that one fails.
 */
export class SearchThread<Question, Answer, Notice = never> {
  private thread?: Worker;
  private number = 0;
  private readonly asked = new Map<number, Asked<Answer>>();
  private closed = false;

  /**
   * @param script the module of the thread, without its extension
   * @param onNotice is told what the thread says without being asked
   * @param onEnd is told that a thread ended that nobody had closed
   */
  constructor(
    private readonly script: URL,
    private readonly data: object,
    private readonly onNotice: (notice: Notice) => void = () => {},
    private readonly onEnd: () => void = () => {},
  ) {}

  /** @throws {Error} if the thread ends before it answers */
  ask(message: Question): Promise<Answer> {
    if (this.closed) return Promise.reject(new Error('The server is being stopped.'));
    const number = ++this.number;
    return new Promise((resolve, reject) => {
      this.asked.set(number, { resolve, reject });
      this.start().postMessage({ number, message } satisfies Numbered<Question>);
    });
  }

  /** Starts the thread, unless it runs. */
  start(): Worker {
    return (this.thread ??= this.begin());
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.thread?.terminate();
  }

  private begin(): Worker {
    const file = this.script.href + EXTENSION;
    const thread = new Worker(
      IS_SOURCE
        ? `import('tsx/esm/api').then(({ tsImport }) => tsImport('${file}', '${file}'));`
        : new URL(file),
      { workerData: this.data, eval: IS_SOURCE, execArgv: [] },
    );
    thread.unref();
    let fault = new Error('The thread of the search index has ended.');
    thread.on('error', (error: Error) => (fault = error));
    thread.on('exit', () => this.ended(thread, fault));
    thread.on('message', (message: FromThread<Answer, Notice>) => {
      if ('notice' in message) return this.onNotice(message.notice);
      this.asked.get(message.number)?.resolve(message.answer);
      this.asked.delete(message.number);
    });
    return thread;
  }

  private ended(thread: Worker, fault: Error): void {
    if (this.thread !== thread) return;
    this.thread = undefined;
    for (const { reject } of this.asked.values()) reject(fault);
    this.asked.clear();
    if (!this.closed) this.onEnd();
  }
}
