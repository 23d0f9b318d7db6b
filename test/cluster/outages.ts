import { setTimeout as wait } from 'node:timers/promises';
import type { PostgresCluster } from '../support/postgres/cluster.js';
import { hasServedSince } from './checker/answers.js';
import type { Call, History } from './history.js';
import type { Servers } from './servers.js';

/** A time in which a server, or the database, was taken away on purpose. */
export interface Outage {
  readonly of: 'database' | number;
  /** Just before it was taken away. */
  readonly from: number;
  /** The database accepts connections again, or the server says that it is ready. */
  readonly returned: number;
}

const KILLED = 1;
const LOAD_AFTERWARDS_MS = 3_000;
const POLL_MS = 100;

export interface OutageOptions {
  /** How long the load lasts. */
  readonly seconds: number;
}

/** Comes back when a request has met with the outage that began at `from`. */
async function felt({ calls }: History, from: number, by: (call: Call) => boolean): Promise<void> {
  while (!calls.some((call) => call.end >= from && by(call))) await wait(POLL_MS);
}

/** Kills one server and starts it again, then restarts the database without a shutdown, all while the load goes on. */
export async function causeOutages(
  servers: Servers,
  postgres: PostgresCluster,
  { seconds }: OutageOptions,
  history: History,
): Promise<Outage[]> {
  const part = (of: number): Promise<unknown> => wait(1000 * seconds * of);
  await part(0.2);
  const killed = performance.now();
  const ofServer = await servers.killAndStart(KILLED, async () => {
    await part(0.08);
    await felt(history, killed, ({ answer }) => answer === undefined);
  });
  await part(0.15);
  const from = performance.now();
  await postgres.control('-m', 'immediate', 'stop');
  await part(0.04);
  await felt(history, from, ({ answer }) => answer?.status === 503);
  await postgres.startAgain();
  const outages = [ofServer, { of: 'database', from, returned: performance.now() } as const];
  // The load goes on until service is seen to be back, and for a while.
  for (let server = 0; server < servers.urls.length; server++)
    while (!outages.every((outage) => hasServedSince(history.calls, server, outage))) await wait(POLL_MS);
  await wait(LOAD_AFTERWARDS_MS);
  return outages;
}
