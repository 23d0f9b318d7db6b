import { setTimeout as wait } from 'node:timers/promises';
import { Clock } from '../../src/graph/clock.js';
import type { TestServer } from './server.js';

/** The time of a server, which a test moves on instead of waiting. */
export class Time {
  private ahead = 0;

  constructor(server: TestServer) {
    server.app.get(Clock).now = () => new Date(Date.now() + this.ahead);
  }

  pass(milliseconds: number): void {
    this.ahead += milliseconds;
  }

  /** Back to the time of everyone else. */
  reset(): void {
    this.ahead = 0;
  }
}

/** Comes back as soon as it holds. Nothing here judges how long that takes: the runner's limit is against a hang. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(10);
}
