import type { Steps } from '../graph/turns.js';
import type { Phrase } from './kql/tree.js';

/** A word of a text, as it is compared, and where it stands in the text (UTF-16 units, end exclusive). */
export interface Word {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** Longer words are cut, in texts and in queries alike; PostgreSQL allows a lexeme 2,046 bytes. UTF-16 units. */
const LONGEST_WORD = 100;

const ASCII = /^[\0-\x7f]*$/;
const ASCII_WORD = /[a-z0-9]+/g;

/** Invisible characters that stand inside words: soft hyphen, joiners. */
const INVISIBLE = '\\u00ad\\u200c\\u200d\\u2060\\ufeff';
const RUN = new RegExp(`[\\p{L}\\p{N}\\p{M}${INVISIBLE}]+`, 'gv');

/**
 * Accents, and the points of Hebrew and Arabic. Marks of other scripts are their vowels, and stay; so do the two that make
 * another sound of a kana.
 */
const STRIPPED = new RegExp(
  `[${INVISIBLE}[[\\p{M}&&[\\p{sc=Inherited}\\p{sc=Cyrillic}\\p{sc=Hebrew}\\p{sc=Arabic}]]--[\\u3099\\u309a]]]+`,
  'gv',
);

/** Letters of scripts that put no blank between words; the long vowel of kana and 〆 belong to no script. */
const UNSPACED = `[[[\\p{L}\\p{N}]&&[${['Han', 'Hiragana', 'Katakana', 'Bopomofo', 'Hangul', 'Thai', 'Lao', 'Khmer', 'Myanmar'].map((script) => `\\p{sc=${script}}`).join('')}]]\\u30fc\\u3006]`;
const HAS_UNSPACED = new RegExp(UNSPACED, 'v');
const BEGINS_UNSPACED = new RegExp(`^${UNSPACED}`, 'v');
const SEGMENT = new RegExp(`(?:${UNSPACED}\\p{M}*)+|(?:[[\\p{L}\\p{N}]--${UNSPACED}]\\p{M}*)+`, 'gv');
const SPACED_SEGMENT = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;
const UNIT = /\P{M}\p{M}*/gu;

/** A text without case, accents and other forms of the same letters: what whole values are compared by. */
export function folded(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  // Upper case first: ß is SS, and a dotless i is I. The end of a word has a sigma of its own.
  const bare = text.normalize('NFKD').replace(STRIPPED, '').toUpperCase().toLowerCase().replaceAll('ς', 'σ');
  return ASCII.test(bare) ? bare : bare.normalize('NFKD').replace(STRIPPED, '').normalize('NFC');
}

/**
 * The words of a text in their order: runs of letters and digits, folded. In a script without blanks each letter makes a
 * word with the next one, and the last letter of a run is a word alone, so that any part of the run is found as a phrase
 * (docs/contract/kql.md#5, docs/contract/kql.md#7). The text of an item and that of a query are broken alike.
 */
export function wordsOf(text: string): string[] {
  if (ASCII.test(text)) return (text.toLowerCase().match(ASCII_WORD) ?? []).map(cut);
  const words: string[] = [];
  for (const [run] of text.matchAll(RUN)) {
    if (ASCII.test(run)) words.push(cut(run.toLowerCase()));
    else
      for (const segment of segmentsOf(folded(run)))
        for (const word of wordsOfSegment(segment)) words.push(word);
  }
  return words;
}

/** About how many UTF-16 units of a text are broken in one step. */
const STEP = 32_768;
const BORDER = new RegExp(`[^\\p{L}\\p{N}\\p{M}${INVISIBLE}]`, 'gv');

/** The same, in steps. A run of letters that is longer than a step is broken in two. */
export function* wordsInSteps(text: string): Steps<string[]> {
  if (text.length <= STEP) return wordsOf(text);
  const words: string[] = [];
  for (let start = 0; start < text.length;) {
    const part = text.slice(start, start + 2 * STEP);
    BORDER.lastIndex = STEP;
    const length = BORDER.exec(part)?.index ?? part.length;
    for (const word of wordsOf(part.slice(0, length))) words.push(word);
    start += length;
    yield;
  }
  return words;
}

/** The same words with their places, to mark them in the text. */
export function* wordsIn(text: string): Generator<Word> {
  for (const { 0: run, index: start } of text.matchAll(RUN)) {
    const whole = { start, end: start + run.length };
    const segments = segmentsOf(folded(run));
    for (const segment of segments) {
      const words = wordsOfSegment(segment);
      // Places inside a run are known as long as folding leaves its letters as many as they are.
      const letters = segments.length === 1 && words.length > 1 ? [...run.matchAll(UNIT)] : [];
      for (const [index, word] of words.entries()) {
        const [first, last] = [letters[index], letters[index + 1] ?? letters[index]];
        yield letters.length === words.length
          ? { word, start: start + first!.index, end: start + last!.index + last![0].length }
          : { word, ...whole };
      }
    }
  }
}

const segmentsOf = (run: string): readonly string[] =>
  run.match(HAS_UNSPACED.test(run) ? SEGMENT : SPACED_SEGMENT) ?? [];

function wordsOfSegment(segment: string): string[] {
  if (!BEGINS_UNSPACED.test(segment)) return [cut(segment)];
  const letters = segment.match(UNIT) ?? [];
  return letters.map((letter, index) => cut(letter + (letters[index + 1] ?? '')));
}

/**
 * What a text must have in a row to match a word or phrase of a query. Undefined if no word is left
 * (docs/contract/kql.md#1, "empty word").
 * @param prefix whether the last word may go on
 */
export function phraseOf(text: string, prefix = false): Phrase | undefined {
  const words = wordsOf(text);
  const last = words.at(-1);
  if (last === undefined) return undefined;
  if (!BEGINS_UNSPACED.test(last)) return { words, prefix: prefix && ENDS_IN_WORD.test(text) };
  // The text of an item may go on where the query ends: the last letter makes a pair there.
  const before = words.at(-2);
  return before !== undefined && before !== last && BEGINS_UNSPACED.test(before) && before.endsWith(last)
    ? { words: words.slice(0, -1), prefix: false }
    : { words, prefix: true };
}

const ENDS_IN_WORD = new RegExp(`[\\p{L}\\p{N}\\p{M}${INVISIBLE}]$`, 'v');

/** Never half of a surrogate pair. */
const cut = (word: string): string =>
  word.length <= LONGEST_WORD ? word : word.slice(0, LONGEST_WORD).replace(/[\ud800-\udbff]$/, '');
