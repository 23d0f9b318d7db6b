import autocannon, { type RequestOptions } from 'autocannon';
import { processorTime, processorsUsed } from './machine.js';
import type { HttpRequest, RunningServer } from './servers/server.js';

export const SCENARIOS = ['create', 'read'] as const;
export type Scenario = (typeof SCENARIOS)[number];

export interface Measurement {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly processors: ReturnType<typeof processorsUsed>;
  /** When it was measured, in microseconds of the monotonic clock. */
  readonly window: readonly [number, number];
}

const CONNECTIONS = 32;
const WARM_UP_SECONDS = 2;
const ROWS_TO_READ = 256;

const EXPECTED: Record<Scenario, number> = { create: 201, read: 200 };

const microseconds = (): number => Number(process.hrtime.bigint() / 1_000n);

let created = 0;
const nextId = (): string => `bench${(created++).toString(36).padStart(8, '0')}`;

/** Sends one request outside of any measurement. @throws where the answer is not the expected one */
export async function once(server: RunningServer, scenario: Scenario, id: string): Promise<Response> {
  const { path, ...init } = server[scenario](id);
  const response = await fetch(server.url + path, init);
  if (response.status === EXPECTED[scenario]) return response;
  throw new Error(`${scenario}: answered ${response.status}: ${(await response.text()).slice(0, 500)}`);
}

async function requestsOf(server: RunningServer, scenario: Scenario): Promise<RequestOptions[]> {
  if (scenario === 'create') {
    const setupRequest = (request: RequestOptions): RequestOptions =>
      Object.assign(request, { body: server.create(nextId()).body });
    return [{ ...mutable(server.create(nextId())), setupRequest }];
  }
  const requests: RequestOptions[] = [];
  for (let row = 0; row < ROWS_TO_READ; row++) {
    const id = nextId();
    await (await once(server, 'create', id)).arrayBuffer();
    requests.push(mutable(server.read(id)));
  }
  return requests;
}

const mutable = (request: HttpRequest): RequestOptions => ({
  ...request,
  headers: { ...request.headers },
});

/** 32 connections, each with one request at a time: a warm-up, then the measurement. */
export async function measure(
  server: RunningServer,
  scenario: Scenario,
  seconds: number,
): Promise<Measurement> {
  const requests = await requestsOf(server, scenario);
  await run(server, scenario, requests, WARM_UP_SECONDS);
  return run(server, scenario, requests, seconds);
}

async function run(
  server: RunningServer,
  scenario: Scenario,
  requests: RequestOptions[],
  duration: number,
): Promise<Measurement> {
  const latencies: number[] = [];
  let start = 0;
  let before = processorTime(server.pid);
  const load = autocannon({ url: server.url, requests, duration, connections: CONNECTIONS, pipelining: 1 });
  load.on('start', () => {
    start = microseconds();
    before = processorTime(server.pid);
  });
  // autocannon's own histogram knows whole milliseconds only.
  load.on('response', (_client, _status, _bytes, milliseconds) => latencies.push(milliseconds));
  const { statusCodeStats, errors, timeouts } = await load;
  const end = microseconds();
  const processors = processorsUsed(before, processorTime(server.pid));

  const statuses = Object.keys(statusCodeStats);
  if (errors > 0 || timeouts > 0 || statuses.length !== 1 || statuses[0] !== String(EXPECTED[scenario])) {
    throw new Error(
      `${scenario}: not only ${EXPECTED[scenario]}, but ` +
        JSON.stringify({ statuses: statusCodeStats, errors, timeouts }),
    );
  }
  latencies.sort((a, b) => a - b);
  const percentile = (share: number): number => latencies[Math.ceil(latencies.length * share) - 1]!;
  return {
    perSecond: latencies.length / ((end - start) / 1e6),
    p50: percentile(0.5),
    p99: percentile(0.99),
    processors,
    window: [start, end],
  };
}
