import type { HttpRequest, RunningServer, Server } from '../servers/server.js';

/** A request, or what makes another one each time. */
export type LoadRequest = HttpRequest | (() => HttpRequest);

/** One kind of load, measured on each server with empty storage. */
export interface Scenario {
  readonly name: string;
  /** The status of every answer. */
  readonly expected: number;
  /** Why a server cannot be measured by it; undefined if it can. */
  readonly unfit?: (server: Server) => string | undefined;
  /** Fills the storage and says what the load consists of; each client sends all of it in turn, again and again. */
  prepare(running: RunningServer, server: Server): Promise<readonly [LoadRequest, ...LoadRequest[]]>;
}
