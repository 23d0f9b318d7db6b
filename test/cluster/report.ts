import { awayAfterReturn } from './checker/answers.js';
import { describeFault, type Fault } from './checker/fault.js';
import type { ClusterRun } from './run.js';

const SHOWN = 20;
const LAST_WORDS = 1_000;

/** Requests by kind, and by what came of them. */
function table({ history }: ClusterRun): string[] {
  const kinds = new Map<string, Map<string, number>>();
  for (const { kind, answer, failure } of history.calls) {
    const statuses = kinds.get(kind) ?? new Map<string, number>();
    const status = String(answer?.status ?? failure);
    kinds.set(kind, statuses.set(status, (statuses.get(status) ?? 0) + 1));
  }
  return [...kinds]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([kind, statuses]) => {
      const counts = [...statuses].toSorted(([a], [b]) => a.localeCompare(b));
      return `  ${kind.padEnd(18)}${counts.map(([status, count]) => `${status}: ${count}`).join('   ')}`;
    });
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

const lastWords = ({ servers }: ClusterRun, server: number): string =>
  `Server ${server} said last: ${servers.output(server).slice(-LAST_WORDS) || 'nothing'}`;

/** What a run did and what it found, for a person. */
export function report(run: ClusterRun, faults: readonly Fault[]): string {
  const { calls, claims } = run.history;
  const longest = (of: typeof calls): number =>
    of.reduce((most, { start, end }) => Math.max(most, end - start), 0);
  const refused = calls.filter(({ answer }) => answer?.status === 503);
  const objects = new Set(claims.map(({ object }) => object)).size;
  return [
    `${calls.length} requests, ${claims.length} claims of ${objects} objects`,
    ...table(run),
    `Rounds of simultaneous creates: ${run.rounds!.complete} complete, ${run.rounds!.cut} cut by an outage`,
    ...run.outages.map(
      ({ of, from, returned }) =>
        `Away: ${of === 'database' ? 'the database' : `server ${of}`}, for ${seconds(returned - from)}`,
    ),
    `Longest time to an answer: ${seconds(longest(calls))}; to a 503: ${seconds(longest(refused))}`,
    `Last 503 after the database's return: ${seconds(awayAfterReturn(calls, run.outages))}`,
    `Faults: ${faults.length}`,
    ...faults.slice(0, SHOWN).map(describeFault),
    ...(faults.length === 0 ? [] : run.servers.urls.map((_, server) => lastWords(run, server))),
  ].join('\n');
}
