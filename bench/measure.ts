import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Latencies } from './latencies.js';
import { Load, microseconds } from './load.js';
import { processorTime, processorsUsed } from './machine.js';
import { summary } from './profile.js';
import type { LoadRequest, Scenario } from './scenarios/scenario.js';
import { send } from './send.js';
import type { RunningServer, Server } from './servers/server.js';
import { shapeOf } from './shape.js';

/** What was measured of one server under one kind of load. */
export interface Measurement {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly processors: ReturnType<typeof processorsUsed>;
  /** When it was measured, in microseconds of the monotonic clock. */
  readonly window: readonly [number, number];
}

export interface Outcome extends Measurement {
  /** What its answers look like. */
  readonly shape: string;
  readonly profile?: string;
}

const CONNECTIONS = 32;
const WARM_UP_SECONDS = 2;

/** 32 connections, each with one request at a time. */
export async function measureLoad(
  running: RunningServer,
  requests: readonly LoadRequest[],
  expected: number,
  seconds: number,
): Promise<Measurement> {
  let start = 0;
  let before = processorTime(running);
  const load = new Load(running, {
    requests,
    expected: [expected],
    connections: CONNECTIONS,
    seconds,
    onStart: () => {
      start = microseconds();
      before = processorTime(running);
    },
  });
  await load.finished();
  const end = microseconds();
  const latencies = new Latencies(load.between(start, end));
  return {
    perSecond: latencies.count / ((end - start) / 1e6),
    p50: latencies.percentile(0.5),
    p99: latencies.percentile(0.99),
    processors: processorsUsed(before, processorTime(running)),
    window: [start, end],
  };
}

/** Starts the server with empty storage, prepares the scenario, warms up, measures, and stops it. */
export async function measureScenario(
  server: Server,
  scenario: Scenario,
  { seconds, profile }: { readonly seconds: number; readonly profile: boolean },
  parent: string,
): Promise<Outcome> {
  const folder = await mkdtemp(join(parent, 'server-'));
  const profiles = join(folder, 'profile');
  const running = await server.start(folder, profile ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : []);
  let outcome: Outcome;
  try {
    const requests = await scenario.prepare(running, server);
    await running.settle?.();
    const [first] = requests;
    const sample = typeof first === 'function' ? first() : first;
    const shape = await shapeOf(await send(running, sample, scenario.expected));
    await measureLoad(running, requests, scenario.expected, WARM_UP_SECONDS);
    outcome = { ...(await measureLoad(running, requests, scenario.expected, seconds)), shape };
  } catch (error) {
    throw new Error(`${server.name}, ${scenario.name}: ${(error as Error).message}`, { cause: error });
  } finally {
    await running.stop();
  }
  if (!profile) return outcome;
  const [file] = (await readdir(profiles)).filter((name) => name.endsWith('.cpuprofile'));
  return { ...outcome, profile: await summary(join(profiles, file!), outcome.window) };
}
