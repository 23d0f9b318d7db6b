import { Worker } from 'node:worker_threads';

/** Newer than the types of the oldest Node.js; without it, the processor time of the client counts as well. */
interface MeasuredProcess {
  threadCpuUsage?(before?: NodeJS.CpuUsage): NodeJS.CpuUsage;
}

const usage = (before?: NodeJS.CpuUsage): NodeJS.CpuUsage =>
  (process as MeasuredProcess).threadCpuUsage?.(before) ?? process.cpuUsage(before);

/** The processor time of this thread since another moment, in milliseconds. */
export function processorTime(before?: NodeJS.CpuUsage): number {
  const { user, system } = usage(before);
  return (user + system) / 1_000;
}

/** The turns of the event loop that some work took. */
export interface Turns {
  /** The most processor time that one turn took, in milliseconds: how long everybody else waited, on a machine that is not busy. */
  readonly longest: number;
  readonly count: number;
}

/** Does some work, and measures each turn of the event loop meanwhile. */
export async function turnsOf(work: () => Promise<unknown>): Promise<Turns> {
  let longest = 0;
  let count = 0;
  let before = usage();
  let next: NodeJS.Immediate;
  const measure = (): void => {
    longest = Math.max(longest, processorTime(before));
    count++;
    before = usage();
    next = setImmediate(measure);
  };
  next = setImmediate(measure);
  try {
    await work();
  } finally {
    clearImmediate(next);
  }
  return { longest, count };
}

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface Outcome {
  readonly status: number;
  readonly bytes: number;
  /** The first thousand characters of the answer. */
  readonly text: string;
}

const CODE = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', async ({ url, ...sent }) => {
  try {
    const answer = await fetch(url, sent);
    const bytes = await answer.arrayBuffer();
    const text = Buffer.from(bytes.slice(0, 1000)).toString();
    parentPort.postMessage({ status: answer.status, bytes: bytes.byteLength, text });
  } catch (error) {
    parentPort.postMessage({ status: 0, bytes: 0, text: String(error.cause ?? error) });
  }
});`;

/** A client in a thread of its own, so that what it does is not counted with what the server does. */
export class ThreadClient {
  private readonly thread = new Worker(CODE, { eval: true });

  /** One request after the other. */
  send(sent: Sent): Promise<Outcome> {
    return new Promise((resolve) => {
      this.thread.once('message', resolve);
      this.thread.postMessage(sent);
    });
  }

  async close(): Promise<void> {
    await this.thread.terminate();
  }
}
