/** The part of autocannon that `load.ts` uses; the package brings no types. */
declare module 'autocannon' {
  import type { EventEmitter } from 'node:events';

  export interface RequestOptions {
    method: string;
    path: string;
    headers: Record<string, string>;
    body?: string;
    setupRequest?: (request: RequestOptions) => RequestOptions;
  }

  export interface Options {
    /** The connections are distributed over them. */
    url: string[];
    connections: number;
    pipelining: number;
    requests: RequestOptions[];
    /** Seconds. */
    duration?: number;
    /** So many requests instead of a duration. */
    amount?: number;
  }

  export interface Result {
    errors: number;
    timeouts: number;
    statusCodeStats: Record<string, { count: number }>;
  }

  export interface Instance extends EventEmitter, PromiseLike<Result> {
    on(event: 'start', listener: () => void): this;
    on(
      event: 'response',
      listener: (client: unknown, status: number, bytes: number, milliseconds: number) => void,
    ): this;
    stop(): void;
  }

  export default function autocannon(options: Options): Instance;
}
