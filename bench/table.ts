import { cpus } from 'node:os';
import { type Measurement, type Scenario, SCENARIOS } from './load.js';

/** What was measured of one server. */
export interface Row {
  readonly name: string;
  readonly measured: Readonly<Record<Scenario, Measurement>>;
}

const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** A markdown table; ratios are to the requests a second of `floor`. */
export function table(rows: readonly Row[], floor: Row | undefined, date: Date): string {
  const head = ['Server', ...SCENARIOS.flatMap((scenario) => [`${scenario}/s`, 'p50 ms', 'p99 ms', 'ratio'])];
  const cells = ({ name, measured }: Row): string[] => [
    name,
    ...SCENARIOS.flatMap((scenario) => {
      const { perSecond, p50, p99 } = measured[scenario];
      const ratio = floor === undefined ? '' : (perSecond / floor.measured[scenario].perSecond).toFixed(2);
      return [Math.round(perSecond).toLocaleString('en'), p50.toFixed(2), p99.toFixed(2), ratio];
    }),
  ];
  return [
    `${date.toISOString().slice(0, 10)}, Node.js ${process.version}, ${cpus().length} CPUs (${cpus()[0]?.model.trim()})`,
    '',
    line(head),
    line(head.map((_, index) => (index === 0 ? '---' : '---:'))),
    ...rows.map((row) => line(cells(row))),
    '',
  ].join('\n');
}
