import type { Fault } from './fault.js';

/** How many there are of something, as each source tells it; all must tell the same. */
export interface Count {
  readonly of: string;
  readonly told: Readonly<Record<string, number>>;
}

/** Finds counts on which the sources do not agree. */
export const countFaults = (counts: readonly Count[]): Fault[] =>
  counts
    .filter(({ told }) => new Set(Object.values(told)).size > 1)
    .map(({ of, told }) => ({
      of,
      rule: `is counted differently: ${Object.entries(told)
        .map(([source, count]) => `${source} ${count}`)
        .join(', ')}`,
      shownBy: [],
    }));
