import { cpus } from 'node:os';
import { markdownTable, whole } from './markdown.js';
import type { Measurement } from './measure.js';
import type { Scenario } from './scenarios/scenario.js';

/** What was measured of one server. */
export interface Row {
  readonly name: string;
  /** Without those that it is unfit for. */
  readonly measured: ReadonlyMap<Scenario, Measurement>;
}

function cells(scenario: Scenario, { measured }: Row, base: Row | undefined): string[] {
  const own = measured.get(scenario);
  if (own === undefined) return ['–', '–', '–', '–'];
  const lowest = base?.measured.get(scenario);
  const ratio = lowest === undefined ? '' : (own.perSecond / lowest.perSecond).toFixed(2);
  return [whole(own.perSecond), own.p50.toFixed(2), own.p99.toFixed(2), ratio];
}

/** When, and on which machine. */
export const conditions = (date: Date): string =>
  `${date.toISOString().slice(0, 10)}, Node.js ${process.version}, ${cpus().length} CPUs (${cpus()[0]?.model.trim()})`;

/** A markdown table; ratios are to the requests a second of `base`. */
export function table(scenarios: readonly Scenario[], rows: readonly Row[], base: Row | undefined): string {
  const head = scenarios.flatMap(({ name }) => [`${name}/s`, 'p50 ms', 'p99 ms', 'ratio']);
  return markdownTable(
    ['Server', ...head],
    rows.map((row) => [row.name, ...scenarios.flatMap((scenario) => cells(scenario, row, base))]),
  );
}
