import type { IndexCollapse } from './search-index.js';

/** A match by its place in the index: of two, the one that was written later has the larger one. */
export interface Ranked {
  readonly id: number;
  readonly score: number;
}

/** Adds to the scores of items, as far as they are ranked at all. */
export function addScores(scores: Map<number, number>, ids: Iterable<number>, added: number): void {
  for (const id of ids) {
    const score = scores.get(id);
    if (score !== undefined) scores.set(id, score + added);
  }
}

/** The best first; of equals, the newest. */
export const ranked = (scores: ReadonlyMap<number, number>): Ranked[] =>
  [...scores].map(([id, score]) => ({ id, score })).toSorted((a, b) => b.score - a.score || b.id - a.id);

/** A match after collapsing. */
export interface Shown extends Ranked {
  readonly collapsed?: boolean;
}

/**
 * Leaves so many matches of those that have the same values, level by level; the first that stays of several says that it
 * stands for others.
 * @param valuesOf the values of the properties of a level, as a text
 */
export function collapsed(
  matches: readonly Ranked[],
  levels: readonly IndexCollapse[],
  valuesOf: (id: number, level: IndexCollapse) => string,
): Shown[] {
  if (levels.length === 0) return [...matches];
  const counts = levels.map(() => new Map<string, number>());
  const firsts = new Map<string, Shown>();
  const shown: { -readonly [Key in keyof Shown]: Shown[Key] }[] = [];
  for (const match of matches) {
    const keys = levels.map((level) => valuesOf(match.id, level));
    const isFull = levels.some(({ limit }, index) => (counts[index]!.get(keys[index]!) ?? 0) >= limit);
    const last = keys.join('\0');
    if (isFull) {
      const first = firsts.get(last) as { collapsed?: boolean } | undefined;
      if (first !== undefined) first.collapsed = true;
      continue;
    }
    keys.forEach((key, index) => counts[index]!.set(key, (counts[index]!.get(key) ?? 0) + 1));
    const stays = { ...match, collapsed: false };
    if (!firsts.has(last)) firsts.set(last, stays);
    shown.push(stays);
  }
  return shown;
}
