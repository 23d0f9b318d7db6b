import { instantOf } from '../items/item-date-time.js';

const NANOSECONDS_PER_TICK = 100n;

/**
 * The instant of a `dateTime` value in ticks: 100 nanoseconds each, since 1970 in UTC, rounded down. Dates are compared by
 * them, in the index and in the ranges of queries: KQL has seven digits of a second (docs/contract/kql.md#4), and 64 bits hold
 * every year of four digits. Undefined if the text is no such value.
 */
export function ticksOf(text: string): bigint | undefined {
  const nanoseconds = instantOf(text);
  if (nanoseconds === undefined) return undefined;
  const rest = nanoseconds % NANOSECONDS_PER_TICK;
  return (nanoseconds - rest) / NANOSECONDS_PER_TICK - (rest < 0n ? 1n : 0n);
}
