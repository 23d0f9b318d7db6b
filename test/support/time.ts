import { Clock } from '../../src/graph/clock.js';
import type { TestServer } from './server.js';

/** The time of a server, which a test moves on instead of waiting. */
export class Time {
  private ahead = 0;
  private stopped?: number;

  constructor(server: TestServer) {
    server.app.get(Clock).now = () => new Date(this.stopped ?? Date.now() + this.ahead);
  }

  pass(milliseconds: number): void {
    this.ahead += milliseconds;
  }

  /** It is this moment, in milliseconds since 1970, and stays so. */
  stop(at: number): void {
    this.stopped = at;
  }

  /** Back to the time of everyone else. */
  reset(): void {
    this.ahead = 0;
    this.stopped = undefined;
  }
}
