import type { Phrase } from '../kql/tree.js';
import { type Word, wordsIn } from '../words.js';

/** About two lines of a result. UTF-16 units. */
const LENGTH = 200;
/** Of the text before the first match, so that it is read in its sentence. */
const BEFORE = 60;
const MOST_MARKS = 20;

const OPEN = '<c0>';
const CLOSE = '</c0>';
const LEFT_OUT = '<ddd/>';

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Finds the words of a query in a text. */
export class Finder {
  private readonly whole = new Set<string>();
  private readonly beginnings: string[] = [];

  constructor(phrases: readonly Phrase[]) {
    for (const { words, prefix } of phrases) {
      for (const word of prefix ? words.slice(0, -1) : words) this.whole.add(word);
      if (prefix && words.length > 0) this.beginnings.push(words.at(-1)!);
    }
  }

  get findsNothing(): boolean {
    return this.whole.size === 0 && this.beginnings.length === 0;
  }

  finds({ word }: Pick<Word, 'word'>): boolean {
    return this.whole.has(word) || this.beginnings.some((beginning) => word.startsWith(beginning));
  }
}

/** Whether a word of the query is in a text. */
export function hasMatch(text: string, phrases: readonly Phrase[]): boolean {
  const finder = new Finder(phrases);
  if (finder.findsNothing) return false;
  for (const word of wordsIn(text)) if (finder.finds(word)) return true;
  return false;
}

/** The places of the words that the query has, those that touch or overlap as one. */
function matchesIn(text: string, finder: Finder): Span[] {
  const spans: Span[] = [];
  for (const word of wordsIn(text)) {
    if (!finder.finds(word)) continue;
    const last = spans.at(-1);
    if (last !== undefined && word.start <= last.end)
      spans[spans.length - 1] = { start: last.start, end: word.end };
    else spans.push({ start: word.start, end: word.end });
  }
  return spans;
}

const isBlank = (text: string, index: number): boolean => /\s/.test(text[index] ?? ' ');

/** A place near this one where no word is cut; this one, moved off a surrogate pair, where words are too long for that. */
function border(text: string, at: number, step: 1 | -1): number {
  if (at <= 0) return 0;
  if (at >= text.length) return text.length;
  for (let index = at; Math.abs(index - at) < 30; index += step)
    if (isBlank(text, index) || isBlank(text, index - 1)) return Math.min(Math.max(index, 0), text.length);
  return /[\udc00-\udfff]/.test(text[at]!) ? at + 1 : at;
}

/** The window of the text that has most matches, of those that begin shortly before one. */
function window(text: string, matches: readonly Span[]): Span {
  let best = { start: 0, count: -1 };
  let last = 0;
  for (const [index, match] of matches.entries()) {
    const start = Math.max(0, match.start - BEFORE);
    while (last < matches.length && matches[last]!.end <= start + LENGTH) last++;
    if (last - index > best.count) best = { start, count: last - index };
  }
  let start = border(text, best.start, 1);
  while (start < text.length && isBlank(text, start)) start++;
  let end = Math.max(start, border(text, start + LENGTH, -1));
  while (end > start && isBlank(text, end - 1)) end--;
  return { start, end };
}

/** Text of an item says nothing that a reader of summaries takes for a mark. */
const plain = (text: string): string => text.replace(/<(?=\/?(?:c0|ddd)\b)/gi, '').replace(/\s+/g, ' ');

/**
 * A part of a text for a hit: words of the query between `<c0>` and `</c0>`, `<ddd/>` for text that is left out
 * (docs/contract/search.md#3). Without a match it is the beginning.
 */
export function summaryOf(text: string, phrases: readonly Phrase[]): string {
  const finder = new Finder(phrases);
  const matches = finder.findsNothing ? [] : matchesIn(text, finder);
  const { start, end } = window(text, matches);
  const parts = [start > 0 ? LEFT_OUT : ''];
  let at = start;
  const shown = matches.filter((match) => match.start >= start && match.end <= end).slice(0, MOST_MARKS);
  for (const match of shown) {
    parts.push(plain(text.slice(at, match.start)), OPEN, plain(text.slice(match.start, match.end)), CLOSE);
    at = match.end;
  }
  parts.push(plain(text.slice(at, end)), /\S/.test(text.slice(end)) ? LEFT_OUT : '');
  return parts.join('');
}
