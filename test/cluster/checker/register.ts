import type { Claim } from '../history.js';
import type { Fault } from './fault.js';

/** A value, with the write of it and all reads of it. */
interface Cluster {
  readonly value: string;
  readonly claims: Claim[];
  /** The claim that ended first, and the one that began last. */
  first: Claim;
  last: Claim;
}

/**
 * Finds what no register could have answered: a place for its values whose reads and writes each happen at one moment
 * between their start and their end.
 *
 * No value is written twice, so every read tells which write it saw, and in any order of moments the write and the reads
 * of a value stand together: a cluster. A cluster must stand before another one when one of its requests ended before one of
 * the other's began. The history is possible if and only if no read ended before its write began and no two clusters must
 * each stand before the other. (No longer circle needs to be looked for: in A before B before C before … before A, let A be
 * the one with the earliest end. It ended no later than B, which ended before C's last began, so A must stand before C as
 * well, and the circle is shorter by one.)
 * This is the theorem of Gibbons and Korach, "Testing Shared Memories", SIAM J. Comput. 26 (1997), section 4. It holds for
 * any number of writers, and for writes that are uncertain: those never end, and without a read they need not have been.
 *
 * A lost update, a stale read and a value that comes back are all the same here: two clusters in each other's way.
 */
export function registerFaults(object: string, claims: readonly Claim[]): Fault[] {
  const clusters = new Map<string, Cluster>();
  const faults: Fault[] = [];
  const fault = (rule: string, ...shown: readonly Claim[]): void =>
    void faults.push({ of: object, rule, shownBy: [...new Set(shown)] });

  for (const write of claims.filter(({ said }) => said === 'written')) {
    const value = write.value!;
    if (clusters.has(value))
      throw new Error(`${object}: ${value} was written twice, so a read of it says nothing.`);
    clusters.set(value, { value, claims: [write], first: write, last: write });
  }
  for (const read of claims.filter(({ said }) => said === 'read')) {
    const cluster = clusters.get(read.value!);
    if (cluster === undefined) {
      fault(`read ${read.value}, which nobody wrote`, read);
      continue;
    }
    if (read.end < cluster.claims[0]!.start)
      fault(`read ${read.value} before it was written`, read, cluster.claims[0]!);
    cluster.claims.push(read);
    if (read.end < cluster.first.end) cluster.first = read;
    if (read.start > cluster.last.start) cluster.last = read;
  }

  const all = [...clusters.values()].toSorted((a, b) => a.first.end - b.first.end);
  for (const [index, a] of all.entries())
    for (const b of all.slice(index + 1)) {
      if (b.first.end >= a.last.start || a.first.end >= b.last.start) continue;
      fault(
        `${a.value} was there before ${b.value} and after it: an acknowledged write was lost, or a read was stale`,
        a.claims[0]!,
        a.first,
        a.last,
        b.claims[0]!,
        b.first,
        b.last,
      );
      // One lost write stands in the way of every later one; one is enough to see it.
      return faults;
    }
  return faults;
}
