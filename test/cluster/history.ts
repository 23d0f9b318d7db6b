/** What came back of a request. */
export interface Answer {
  readonly status: number;
  readonly retryAfter?: string;
  readonly location?: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

/** One request and what became of it. Times are milliseconds of one monotonic clock, that of the load's own process. */
export interface Call {
  readonly client: string;
  /** Which of the servers was asked. */
  readonly server: number;
  /** What is counted in the report, `PATCH item` for instance. */
  readonly kind: string;
  readonly path: string;
  readonly body?: unknown;
  /** When the connection that it was sent on was opened, for this call or for one before. */
  readonly connected: number;
  readonly start: number;
  readonly end: number;
  /** Undefined where none came: refused, cut off, or too late. */
  readonly answer?: Answer;
  readonly failure?: string;
  /** The statuses that the sender takes for correct, besides `503`. */
  readonly expected: readonly number[];
}

/**
 * What a claim says of an object:
 * `created`: it was not there and then was, by this request alone (`201`); `put`: it is there, made now or before;
 * `seen`, `missed`: it was, or was not, there; `deleted`: it was there and then was not;
 * `written`, `read`: a value of a register.
 */
export type Said = 'created' | 'put' | 'seen' | 'missed' | 'deleted' | 'written' | 'read';

/**
 * What one call says of one object: that it happened at one moment between `start` and `end`. The end of a write without
 * an answer, or with a `503`, is `Infinity`: it may have happened at any time after its start, or never.
 */
export interface Claim {
  readonly object: string;
  readonly said: Said;
  readonly value?: string;
  readonly start: number;
  readonly end: number;
  readonly call: Call;
}

/** Whether a write was acknowledged; one that was not may have happened, or not. */
export const isCertain = ({ end }: Claim): boolean => end !== Infinity;

/** What became of a write: it happened, it may have happened, or it was refused and did not. */
export function outcomeOf({ answer }: Call): 'acknowledged' | 'uncertain' | 'refused' {
  if (answer === undefined || answer.status >= 500) return 'uncertain';
  return answer.status < 300 ? 'acknowledged' : 'refused';
}

/** All requests of a run, and all that they say. */
export class History {
  readonly calls: Call[] = [];
  readonly claims: Claim[] = [];

  /** Notes what a call says; of a write that is uncertain, that it may have happened. */
  claim(call: Call, object: string, said: Said, value?: string): void {
    const write = said === 'created' || said === 'put' || said === 'deleted' || said === 'written';
    const end = write && outcomeOf(call) === 'uncertain' ? Infinity : call.end;
    this.claims.push({ object, said, value, start: call.start, end, call });
  }

  /** Notes what several calls together say, the pages of one list for instance: at a moment between the first and the last. */
  claimOver(start: number, call: Call, object: string, said: Said, value?: string): void {
    this.claims.push({ object, said, value, start, end: call.end, call });
  }
}
