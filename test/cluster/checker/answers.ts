import type { Call } from '../history.js';
import type { Outage } from '../outages.js';
import type { Fault } from './fault.js';

const isGraphError = (body: unknown): boolean => {
  const { error } = (body ?? {}) as { error?: Record<string, unknown> };
  return (
    error?.code === 'ServiceNotAvailable' &&
    typeof error.message === 'string' &&
    error.innerError !== undefined
  );
};

/** Keys are read once: a token may be had from a server that does not yet see the database again. */
const asksDatabase = ({ kind }: Call): boolean => kind !== 'POST token';

const serves = (call: Call, server: number, { returned }: Outage): boolean =>
  call.server === server &&
  call.start > returned &&
  asksDatabase(call) &&
  call.expected.includes(call.answer?.status ?? 0);

/** Whether a server has served a request that began after the end of an outage. */
export const hasServedSince = (calls: readonly Call[], server: number, outage: Outage): boolean =>
  calls.some((call) => serves(call, server, outage));

/** When each server first served a request after an outage; later requests are not refused because of it any more. */
const servedSince = (calls: readonly Call[], outage: Outage, servers: number): number[] =>
  Array.from({ length: servers }, (_, server) =>
    calls.reduce(
      (first, call) => (serves(call, server, outage) ? Math.min(first, call.end) : first),
      Infinity,
    ),
  );

interface Away {
  readonly outage: Outage;
  readonly servedSince: readonly number[];
}

function faultOf(call: Call, aways: readonly Away[]): string | undefined {
  const { answer, connected, start, end, server } = call;
  if (answer === undefined) {
    // A connection that a server had accepted may be found broken when it is used again.
    const isLost = aways.some(
      ({ outage: { of, from, returned } }) =>
        of === server && end >= from && Math.min(connected, start) <= returned,
    );
    return isLost ? undefined : `no answer (${call.failure}) from a server that was there`;
  }
  if (call.expected.includes(answer.status)) return undefined;
  if (answer.status !== 503)
    return `an answer that is not one of ${[...call.expected, 503].join(', ')}: ${answer.status}`;
  const isAway = aways.some(
    ({ outage, servedSince }) =>
      outage.of === 'database' && end >= outage.from && start <= servedSince[server]!,
  );
  if (!isAway) return '503 while the database was there';
  if (answer.retryAfter === undefined) return '503 without Retry-After';
  if (!isGraphError(answer.body)) return "503 without Graph's body";
  return undefined;
}

/** How long after the database's return the last request was refused. */
export function awayAfterReturn(calls: readonly Call[], outages: readonly Outage[]): number {
  const { returned } = outages.find(({ of }) => of === 'database') ?? { returned: Infinity };
  return calls.reduce(
    (most, { answer, end }) => (answer?.status === 503 ? Math.max(most, end - returned) : most),
    0,
  );
}

/**
 * Finds answers that no client should get: a status that its request does not lead to, a `503` that is incomplete or without
 * a cause, silence of a server that runs; and servers that did not come back. How long anything took is told, not judged.
 */
export function answerFaults(calls: readonly Call[], outages: readonly Outage[], servers: number): Fault[] {
  const aways = outages.map((outage) => ({ outage, servedSince: servedSince(calls, outage, servers) }));
  const faults: Fault[] = calls.flatMap((call) => {
    const rule = faultOf(call, aways);
    return rule === undefined ? [] : [{ of: call.kind, rule, shownBy: [{ call }] }];
  });
  for (const { outage, servedSince: first } of aways)
    for (let server = 0; server < servers; server++)
      if ((outage.of === 'database' || outage.of === server) && first[server] === Infinity)
        faults.push({ of: `server ${server}`, rule: 'did not come back', shownBy: [] });
  return faults;
}
