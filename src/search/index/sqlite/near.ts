import type Sqlite from 'better-sqlite3';
import type { Phrase } from '../../kql/tree.js';
import type { NearCondition } from '../condition-parts.js';
import { LONGEST_DISTANCE, wordTerm } from '../terms.js';
import type { TextFields } from '../text-fields.js';
import { tokenOf } from './tokens.js';

/** In one search. */
const MOST_CHECKS = 100;
/** The newest items that a query of FTS5 finds. */
const MOST_CHECKED = 20_000;
/** Of all words of a condition in one property of these items: with more, only the newer half is checked. */
const MOST_PLACES = 500_000;

/** The places of words; a connection that reads has it for itself. */
export const PLACES = `CREATE VIRTUAL TABLE temp."place" USING fts5vocab('main', 'words', 'instance')`;

/** The places of something in each item, in ascending order. */
type PlacesById = Map<number, number[]>;

/** What is known of the items that a condition may match. */
export interface CheckedItems {
  /** Those that match. */
  readonly ids: readonly number[];
  /** Items before this one were not checked; undefined if all were. */
  readonly before?: number;
}

const meets = (one: string, isPrefix: boolean, other: string): boolean =>
  isPrefix ? other.startsWith(one) : one === other;

const termsOf = ({ words, prefix }: Phrase): { word: string; isPrefix: boolean }[] =>
  words.map((word, index) => ({ word, isPrefix: prefix && index === words.length - 1 }));

/** Whether one word of a text can be in both phrases. */
function canOverlap([left, right]: readonly Phrase[]): boolean {
  return termsOf(left!).some((a) =>
    termsOf(right!).some((b) => meets(a.word, a.isPrefix, b.word) || meets(b.word, b.isPrefix, a.word)),
  );
}

/**
 * Whether FTS5 finds exactly what is near. It knows no order, lets phrases overlap, and takes the border of two elements for
 * one word.
 */
export const isExactNear = (
  { phrases, distance, ordered, properties }: NearCondition,
  { searchable, types }: TextFields,
): boolean =>
  !ordered &&
  !canOverlap(phrases) &&
  (distance === 0 ||
    !(properties ?? searchable).some((name) => /Collection$|^principal/.test(types.get(name) ?? '')));

/** Finds what is near by the places of the words (docs/contract/kql.md#5, docs/contract/kql.md#8). */
export class NearChecker {
  private left = MOST_CHECKS;

  constructor(private readonly file: Sqlite.Database) {}

  /** @param match the query of FTS5 that finds every item that can match; undefined if the search has no more checks */
  check(condition: NearCondition, searchable: readonly string[], match: string): CheckedItems | undefined {
    if (this.left-- <= 0) return undefined;
    const candidates = this.file
      .prepare<[string, number], number>(
        'SELECT rowid FROM "words" WHERE "words" MATCH ? ORDER BY rowid DESC LIMIT ?',
      )
      .pluck()
      .all(match, MOST_CHECKED + 1);
    let most = MOST_CHECKED;
    for (;;) {
      const checked = candidates.slice(0, most);
      const ids = this.matching(condition, condition.properties ?? searchable, checked);
      if (ids !== undefined)
        return { ids, before: most < candidates.length ? (checked.at(-1) ?? Infinity) : undefined };
      most = Math.floor(Math.min(most, candidates.length) / 2);
    }
  }

  /** Undefined if the words have too many places. */
  private matching(
    { phrases, distance, ordered }: NearCondition,
    properties: readonly string[],
    candidates: readonly number[],
  ): number[] | undefined {
    if (candidates.length === 0) return [];
    const among = JSON.stringify(candidates);
    const found = new Set<number>();
    for (const name of [undefined, ...properties]) {
      let room = MOST_PLACES;
      const places: PlacesById[] = [];
      for (const phrase of phrases) {
        const read = this.placesOf(phrase, name, among, room);
        if (read === undefined) return undefined;
        places.push(read.places);
        room -= read.count;
      }
      const [left, right] = places as [PlacesById, PlacesById];
      const [first, second] = phrases.map(({ words }) => words.length) as [number, number];
      for (const [id, starts] of left) {
        const others = right.get(id);
        if (others === undefined || found.has(id)) continue;
        const breaks = name === undefined || distance === 0 ? [] : this.breaksOf(id);
        if (
          follows(starts, first, others, distance, breaks) ||
          (!ordered && follows(others, second, starts, distance, breaks))
        )
          found.add(id);
      }
    }
    return [...found];
  }

  /** Where a phrase begins, in the content or in a property. */
  private placesOf(
    { words, prefix }: Phrase,
    name: string | undefined,
    among: string,
    room: number,
  ): { readonly places: PlacesById; readonly count: number } | undefined {
    let starts: PlacesById | undefined;
    let count = 0;
    for (const [index, word] of words.entries()) {
      const token = name === undefined ? tokenOf(word) : wordTerm(name, tokenOf(word));
      const isPrefix = prefix && index === words.length - 1;
      const column = name === undefined ? 'content' : 'properties';
      const read = this.placesOfTerm(token, isPrefix, column, among, room - count);
      if (read === undefined) return undefined;
      count += read.count;
      starts = starts === undefined ? read.places : inRow(starts, read.places, index);
    }
    return { places: starts!, count };
  }

  private placesOfTerm(
    token: string,
    isPrefix: boolean,
    column: string,
    among: string,
    room: number,
  ): { readonly places: PlacesById; readonly count: number } | undefined {
    const rows = this.file
      .prepare<[string, string, string, string, number], [number, number]>(
        `SELECT "doc", "offset" FROM temp."place" WHERE ${isPrefix ? '"term" >= ? AND "term" < ?' : '"term" = ? AND ? IS NOT NULL'}
          AND "col" = ? AND "doc" IN (SELECT "value" FROM json_each(?)) LIMIT ?`,
      )
      .raw();
    const places: PlacesById = new Map();
    let count = 0;
    for (const [id, place] of rows.iterate(token, `${token}\u{10ffff}`, column, among, room + 1)) {
      count++;
      const own = places.get(id);
      if (own === undefined) places.set(id, [place]);
      else own.push(place);
    }
    if (count > room) return undefined;
    // The places of several words come word by word.
    if (isPrefix) for (const own of places.values()) own.sort((a, b) => a - b);
    return { places, count };
  }

  /** Where one element ends and the next one begins. */
  private breaksOf(id: number): readonly number[] {
    const breaks = this.file
      .prepare<[number], string | null>('SELECT "breaks" FROM "document" WHERE "id" = ?')
      .pluck()
      .get(id);
    return typeof breaks === 'string' ? (JSON.parse(breaks) as number[]) : [];
  }
}

/** Where a phrase goes on with a word that stands so far behind its beginning. */
function inRow(starts: PlacesById, places: PlacesById, offset: number): PlacesById {
  const both: PlacesById = new Map();
  for (const [id, own] of starts) {
    const there = new Set(places.get(id));
    const left = own.filter((start) => there.has(start + offset));
    if (left.length > 0) both.set(id, left);
  }
  return both;
}

/** The place in an ascending list of the first number that is at least so large. */
function firstFrom(list: readonly number[], least: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (list[middle]! < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether one phrase stands before another, with few enough words and no break between them. */
const follows = (
  starts: readonly number[],
  length: number,
  others: readonly number[],
  distance: number,
  breaks: readonly number[],
): boolean =>
  starts.some((start) => {
    // What is farther than the next one is no better.
    const next = others[firstFrom(others, start + length)];
    if (next === undefined || next - start - length > Math.min(distance, LONGEST_DISTANCE)) return false;
    return (breaks[firstFrom(breaks, start)] ?? Infinity) > next;
  });
