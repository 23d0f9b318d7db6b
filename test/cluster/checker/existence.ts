import { type Claim, isCertain } from '../history.js';
import type { Fault } from './fault.js';

const earliest = (claims: readonly Claim[], of: 'start' | 'end'): Claim | undefined =>
  claims.toSorted((a, b) => a[of] - b[of])[0];

const latestStart = (claims: readonly Claim[]): Claim | undefined =>
  claims.toSorted((a, b) => b.start - a.start)[0];

/**
 * Finds what cannot be of an object that lives once: it is not there, then it is, then, once deleted, it is not any more.
 *
 * All that shows it there (`created`, `put`, `seen`) must fit between all that shows it not yet there and its deletion, and that
 * before all that shows it gone. Since each of these happens between a start and an end, they fit if and only if none of a later
 * part ended before one of an earlier part began; that is what is looked for, part by part. A `missed` that can be of the time
 * before is taken for that; else it must be of the time after.
 *
 * The load keeps two rules that make this exact: no id is used again, and nothing is deleted whose creation is uncertain,
 * for that could still happen after the deletion.
 */
export function existenceFaults(object: string, claims: readonly Claim[]): Fault[] {
  const of = (...said: readonly Claim['said'][]): Claim[] =>
    claims.filter((claim) => said.includes(claim.said));
  const creations = of('created', 'put');
  const deletions = of('deleted');
  const certainDeletions = deletions.filter(isCertain);
  if (deletions.length > 0 && !creations.every(isCertain))
    throw new Error(`${object}: deleted though its creation is uncertain.`);
  const faults: Fault[] = [];
  const fault = (rule: string, ...shown: readonly (Claim | undefined)[]): void =>
    void faults.push({ of: object, rule, shownBy: shown.flatMap((claim) => claim?.call ?? []) });

  const created = of('created').filter(isCertain);
  if (created.length > 1) fault(`created ${created.length} times`, ...created);
  if (certainDeletions.length > 1) fault(`deleted ${certainDeletions.length} times`, ...certainDeletions);

  const there = [...creations.filter(isCertain), ...of('seen')];
  const firstCreation = earliest(creations, 'start');
  const early = earliest([...of('seen'), ...certainDeletions], 'end');
  if (early !== undefined && early.end < (firstCreation?.start ?? Infinity))
    fault('was there before anybody created it', early, firstCreation);

  const [gone] = certainDeletions;
  const firstThere = earliest([...there, ...certainDeletions], 'end');
  const lastThere = latestStart(there);
  if (gone !== undefined && lastThere !== undefined && gone.end < lastThere.start)
    fault('was there again after its deletion had been acknowledged', gone, lastThere);

  const deletion = gone ?? earliest(deletions, 'start');
  const lost = of('missed').filter((missed) => {
    const before = firstThere === undefined || missed.start <= firstThere.end;
    const after =
      deletion !== undefined &&
      missed.end >= deletion.start &&
      (lastThere === undefined || missed.end >= lastThere.start);
    return !before && !after;
  });
  if (lost.length > 0)
    fault(
      'was not there, though acknowledged and not deleted: a write was lost',
      firstThere,
      lost[0],
      deletion,
    );
  return faults;
}
