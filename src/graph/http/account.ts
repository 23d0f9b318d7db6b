import { setImmediate as turn } from 'node:timers/promises';
import { Semaphore } from 'async-mutex';

/** What may be under way at the same moment; beyond it a request is refused before anything of it is done. */
export interface Bound {
  readonly requests: number;
  /** Of bodies and answers together. */
  readonly bytes: number;
}

/**
 * Of one application in a tenant, or of one address that has shown no token. Production lets 25 requests of an application
 * into a connection at the same moment, and a body has four megabytes at most: as many bytes fit.
 */
export const OF_ONE: Bound = { requests: 1_000, bytes: 100_000_000 };
/** Of all applications, and once more of all addresses without a token. */
const OF_ALL: Bound = { requests: 4_000, bytes: 200_000_000 };

/**
 * So many places has one caller among the requests that are worked on; the others wait, with their bodies read and not yet
 * parsed, since what is parsed may take twenty times as much memory. A request needs a place for each 64 kB of its body, or
 * of what its caller's route has answered lately. Large ones have places of their own, so that no small one waits for them,
 * and so few that one of four megabytes is worked on alone.
 */
const PLACES_OF_ONE = { small: 64, large: 48 };
const CALLERS_OF_ALL = 4;
const BYTES_OF_PLACE = 65_536;
/** A request that needs more is large. For so many of its places, it leaves the next turn of the event loop to others. */
const PLACES_OF_TURN = 4;

/** What there is no room for. */
export type Lacking = keyof Bound;

export type Leave = () => void;

/** The places in which requests are worked on. */
export class Places {
  private readonly small: Semaphore;
  private readonly large: Semaphore;

  /** @param callers for so many of them */
  constructor(callers = 1) {
    this.small = new Semaphore(callers * PLACES_OF_ONE.small);
    this.large = new Semaphore(callers * PLACES_OF_ONE.large);
  }

  /** Takes as many places as some bytes need, of its own first: whoever waits for those holds up nobody else. */
  static async take(all: readonly Places[], bytes: number): Promise<Leave> {
    const needed = 1 + Math.floor(bytes / BYTES_OF_PLACE);
    const size = needed > PLACES_OF_TURN ? 'large' : 'small';
    const places = Math.min(PLACES_OF_ONE[size], needed);
    const releases: Leave[] = [];
    for (const own of all) releases.push((await own[size].acquire(places))[1]);
    return () => void leave(releases, Math.floor(places / PLACES_OF_TURN));
  }
}

/** After what took long, others have their turns before its caller goes on; nobody waits where there are no others. */
async function leave(releases: readonly Leave[], turns: number): Promise<void> {
  for (let count = 0; count < turns; count++) await turn();
  for (const release of releases) release();
}

/** What is under way, of one caller or of all. */
export class Account {
  requests = 0;
  bytes = 0;

  readonly places: Places;

  constructor(
    private readonly bound: Bound = OF_ALL,
    callers = CALLERS_OF_ALL,
    readonly all?: Account,
  ) {
    this.places = new Places(callers);
  }

  /** What there is no room for. */
  lacks(requests: number, bytes: number): Lacking | undefined {
    if (this.requests + requests > this.bound.requests) return 'requests';
    if (this.bytes + bytes > this.bound.bytes) return 'bytes';
    return this.all?.lacks(requests, bytes);
  }

  add(requests: number, bytes: number): void {
    this.requests += requests;
    this.bytes += bytes;
    this.all?.add(requests, bytes);
  }
}

/** Of one application in a tenant, or of one address. It is forgotten when nothing of it is under way. */
export class Caller extends Account {
  constructor(
    readonly key: string,
    override readonly all: Account,
  ) {
    super(OF_ONE, 1, all);
  }
}
