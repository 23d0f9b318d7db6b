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
 * Of one object one fault is told: others follow from it.
 *
 * The load keeps two rules that make this exact: no id is used again, and nothing is deleted whose creation is uncertain,
 * for that could still happen after the deletion.
 */
export function existenceFaults(object: string, claims: readonly Claim[]): Fault[] {
  const of = (...said: readonly Claim['said'][]): Claim[] =>
    claims.filter((claim) => said.includes(claim.said));
  const fault = (rule: string, ...shownBy: readonly (Claim | undefined)[]): Fault[] => [
    { of: object, rule, shownBy: shownBy.filter((claim) => claim !== undefined) },
  ];
  const creations = of('created', 'put');
  const created = of('created').filter(isCertain);
  const deletions = of('deleted');
  const deleted = deletions.filter(isCertain);
  if (deletions.length > 0 && !creations.every(isCertain))
    throw new Error(`${object}: deleted though its creation is uncertain.`);

  if (created.length > 1) return fault(`created ${created.length} times`, ...created);
  if (deleted.length > 1) return fault(`deleted ${deleted.length} times`, ...deleted);

  const firstCreation = earliest(creations, 'start');
  const early = earliest([...of('seen'), ...deleted], 'end');
  if (early !== undefined && early.end < (firstCreation?.start ?? Infinity))
    return fault('was there before anybody created it', early, firstCreation);

  const there = [...creations.filter(isCertain), ...of('seen')];
  const firstThere = earliest([...there, ...deleted], 'end');
  const lastThere = latestStart(there);
  const [gone] = deleted;
  if (gone !== undefined && lastThere !== undefined && gone.end < lastThere.start)
    return fault('was there again after its deletion had been acknowledged', gone, lastThere);

  const deletion = gone ?? earliest(deletions, 'start');
  const lost = of('missed').find((missed) => {
    const before = firstThere === undefined || missed.start <= firstThere.end;
    const after =
      deletion !== undefined &&
      missed.end >= deletion.start &&
      (lastThere === undefined || missed.end >= lastThere.start);
    return !before && !after;
  });
  if (lost === undefined) return [];
  const seenAfter = lastThere !== undefined && lastThere.start > lost.end ? lastThere : undefined;
  return fault(
    'was not there, though acknowledged and not deleted: a write was lost',
    firstThere,
    lost,
    deletion,
    seenAfter,
  );
}
