import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { createServer } from 'node:net';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 10_000;
const POLL_MS = 50;

const LOG = 'output.log';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** A Node.js program that runs until `stop`, or until the benchmark itself ends. Its output is a file in `folder`. */
export class Child {
  private readonly process: ChildProcess;
  private readonly log: string;
  private readonly kill = (): void => void this.process.kill('SIGKILL');

  /** @param env all that it sees of the environment, besides what every program needs */
  constructor(args: readonly string[], folder: string, env: Readonly<Record<string, string>> = {}) {
    this.log = join(folder, LOG);
    const output = openSync(this.log, 'a');
    const { PATH, HOME } = process.env;
    this.process = spawn(process.execPath, args, {
      env: { PATH, HOME, ...env },
      stdio: ['ignore', output, output],
    });
    process.on('exit', this.kill);
  }

  /** Waits for any answer at all. */
  async answers(url: string): Promise<void> {
    const limit = Date.now() + START_LIMIT_MS;
    for (;;) {
      if (this.ended) throw new Error(`It ended at its start:\n${await this.lastWords()}`);
      try {
        await fetch(url, { signal: AbortSignal.timeout(START_LIMIT_MS) });
        return;
      } catch (error) {
        if (Date.now() > limit)
          throw new Error(`${url} does not answer:\n${await this.lastWords()}`, { cause: error });
      }
      await pause(POLL_MS);
    }
  }

  async stop(): Promise<void> {
    process.off('exit', this.kill);
    if (this.ended) return;
    const ended = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    const timer = setTimeout(this.kill, STOP_LIMIT_MS);
    await ended;
    clearTimeout(timer);
  }

  get pid(): number {
    return this.process.pid!;
  }

  private get ended(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  private async lastWords(): Promise<string> {
    return (await readFile(this.log, 'utf8')).slice(-2_000);
  }
}
