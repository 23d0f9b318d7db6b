import autocannon, { type Instance, type RequestOptions } from 'autocannon';
import type { LoadRequest } from './scenarios/scenario.js';
import type { HttpRequest, RunningServer } from './servers/server.js';

/** A load that needs no end sets none. */
const UNTIL_STOPPED_SECONDS = 3_600;

const CONNECTIONS_TO_FILL = 32;

export const microseconds = (): number => Number(process.hrtime.bigint() / 1_000n);

const mutable = (request: HttpRequest): RequestOptions => ({ ...request, headers: { ...request.headers } });

function repeatable(request: LoadRequest): RequestOptions {
  if (typeof request !== 'function') return mutable(request);
  return { ...mutable(request()), setupRequest: (options) => Object.assign(options, mutable(request())) };
}

export interface LoadOptions {
  readonly requests: readonly LoadRequest[];
  /** The statuses that answers may have. */
  readonly expected: readonly number[];
  /** Each has one request at a time. */
  readonly connections: number;
  /** Without it, until it is stopped. */
  readonly seconds?: number;
  readonly onStart?: () => void;
}

/** Clients at work. Every answer is noted with its time; a failure of any is an error at the end. */
export class Load {
  private readonly instance: Instance;
  private readonly expected: readonly number[];
  private readonly at: number[] = [];
  private readonly took: number[] = [];

  constructor(
    { urls }: RunningServer,
    { requests, expected, connections, seconds = UNTIL_STOPPED_SECONDS, onStart }: LoadOptions,
  ) {
    this.expected = expected;
    this.instance = autocannon({
      url: [...urls],
      requests: requests.map(repeatable),
      duration: seconds,
      connections,
      pipelining: 1,
    });
    if (onStart !== undefined) this.instance.on('start', onStart);
    // autocannon's own histogram knows whole milliseconds only.
    this.instance.on('response', (_client, _status, _bytes, milliseconds) => {
      this.at.push(microseconds());
      this.took.push(milliseconds);
    });
  }

  /** @throws where any answer was not an expected one */
  async finished(): Promise<void> {
    check(await this.instance, this.expected);
  }

  async stop(): Promise<void> {
    this.instance.stop();
    await this.finished();
  }

  /** The milliseconds of the answers that came between two moments of `microseconds`. */
  between(from: number, to: number): number[] {
    return this.took.filter((_, index) => this.at[index]! >= from && this.at[index]! <= to);
  }
}

/** Sends so many requests, with many connections at once. @throws where any answer was not the expected one */
export async function flood(
  { urls }: RunningServer,
  request: () => HttpRequest,
  expected: number,
  amount: number,
): Promise<void> {
  const load = autocannon({
    url: [...urls],
    requests: [repeatable(request)],
    amount,
    connections: CONNECTIONS_TO_FILL,
    pipelining: 1,
  });
  check(await load, [expected]);
}

function check({ statusCodeStats, errors, timeouts }: Awaited<Instance>, expected: readonly number[]): void {
  const unexpected = Object.keys(statusCodeStats).some((status) => !expected.includes(Number(status)));
  if (errors === 0 && timeouts === 0 && !unexpected) return;
  throw new Error(
    `not only ${expected.join(' and ')}, but ${JSON.stringify({ statuses: statusCodeStats, errors, timeouts })}`,
  );
}
