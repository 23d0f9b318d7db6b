import type { Call } from '../history.js';
import type { Outage } from '../outages.js';
import type { Fault } from './fault.js';
import { BACK_WITHIN_MS, BROKEN_FOR_MS, LONGEST_REFUSAL_MS } from './limits.js';

const isGraphError = (body: unknown): boolean => {
  const { error } = (body ?? {}) as { error?: Record<string, unknown> };
  return (
    error?.code === 'ServiceNotAvailable' &&
    typeof error.message === 'string' &&
    error.innerError !== undefined
  );
};

function faultOf(call: Call, outages: readonly Outage[]): string | undefined {
  const { answer, start, end, server } = call;
  const during = (of: Outage['of'], more: number): boolean =>
    outages.some((outage) => outage.of === of && end >= outage.from && start <= outage.returned + more);
  if (answer === undefined)
    return during(server, BROKEN_FOR_MS)
      ? undefined
      : `no answer (${call.failure}) from a server that was there`;
  if (call.expected.includes(answer.status)) return undefined;
  if (answer.status !== 503)
    return `an answer that is not one of ${[...call.expected, 503].join(', ')}: ${answer.status}`;
  if (!during('database', BACK_WITHIN_MS)) return '503 while the database was there';
  if (answer.retryAfter === undefined) return '503 without Retry-After';
  if (!isGraphError(answer.body)) return "503 without Graph's body";
  if (end - start > LONGEST_REFUSAL_MS) return `503 after ${Math.round(end - start)} ms`;
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
 * Finds answers that no client should get: a status that its request does not lead to, a `503` that is late, incomplete or
 * without a cause, silence of a server that runs; and servers that did not come back.
 */
export function answerFaults(calls: readonly Call[], outages: readonly Outage[], servers: number): Fault[] {
  const faults: Fault[] = calls.flatMap((call) => {
    const rule = faultOf(call, outages);
    return rule === undefined ? [] : [{ of: call.kind, rule, shownBy: [{ call }] }];
  });
  for (const { of, returned } of outages)
    for (let server = 0; server < servers; server++) {
      if (of !== 'database' && of !== server) continue;
      const back = calls.some(
        (call) =>
          call.server === server &&
          call.start > returned &&
          call.end < returned + BACK_WITHIN_MS &&
          call.expected.includes(call.answer?.status ?? 0),
      );
      if (!back) faults.push({ of: `server ${server}`, rule: 'was not back in time', shownBy: [] });
    }
  return faults;
}
