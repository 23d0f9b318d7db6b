import type { Counts } from './content-format.js';

/** Shows how far something is. */
export type Show = (
  what: string,
  total: number,
) => { readonly advance: (count: number) => void; readonly stop: () => void };

export const sumOf = (counts: Counts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
