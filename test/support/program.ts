import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const PROGRAM = 'dist/main.js';
const LOCK = 'node_modules/.graph-connections-build';

/** Builds the program where nobody has; of two test files that want it at once, one. */
export async function ensureBuilt(): Promise<void> {
  if (existsSync(PROGRAM)) return;
  try {
    mkdirSync(LOCK);
  } catch {
    while (existsSync(LOCK)) await sleep(100);
    return;
  }
  try {
    execFileSync('npm', ['run', '-s', 'build']);
  } finally {
    rmdirSync(LOCK);
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** The token that the curl line of a start sends. */
export function pastedToken(banner: string): string {
  const [, headers] = /-H "@(.*?)"/.exec(banner)!;
  return /^Authorization: Bearer (.*)$/m.exec(readFileSync(headers!, 'utf8'))![1]!;
}

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process of its own, with no variables but these. */
export class Program {
  stdout = '';
  stderr = '';
  private readonly ended: Promise<[number | null, NodeJS.Signals | null]>;
  private readonly child: ChildProcess;

  constructor(command: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.child = spawn(command, args, { env: { PATH: process.env.PATH, ...environment } });
    this.child.stdout!.setEncoding('utf8').on('data', (chunk: string) => (this.stdout += chunk));
    this.child.stderr!.setEncoding('utf8').on('data', (chunk: string) => (this.stderr += chunk));
    this.ended = once(this.child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  }

  /** The server as a user starts it. */
  static server(environment: Readonly<Record<string, string>>): Program {
    return new Program(process.execPath, [PROGRAM], environment);
  }

  /** What the process has printed, as soon as it matches. */
  async printed(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.stdout)) {
      if (this.child.exitCode !== null) throw new Error(`It ended: ${this.stdout}${this.stderr}`);
      await sleep(10);
    }
    return this.stdout;
  }

  /** Comes back as soon as it holds, and throws where the process fails before. */
  async until(holds: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await holds())) {
      if (this.child.exitCode) throw new Error(`It ended: ${this.stdout}${this.stderr}`);
      await sleep(1);
    }
  }

  /** Writes to the standard input, and comes back when the process has read it, but for what a pipe holds. */
  feed(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) =>
      this.child.stdin!.write(bytes, (error) => (error ? reject(error) : resolve())),
    );
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  async outcome(): Promise<Outcome> {
    const [code, signal] = await this.ended;
    return { code, signal, stdout: this.stdout, stderr: this.stderr };
  }
}
