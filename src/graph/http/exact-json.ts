import { randomBytes } from 'node:crypto';
import { stringify } from 'lossless-json';
import type { Steps } from '../turns.js';

/**
 * A number of which `JSON.parse` may make another: with 16 digits before the point, or with an exponent of three. It is
 * looked for behind what can precede a number, so that most text of many digits is parsed the fast way.
 */
const HARD_NUMBER = /(?:^|[:,[\s])-?\d(?:\d{15}|[\d.]*[eE]\+?\d{3})/;
const INTEGER = /^-?\d+$/;
/** Of an Int64, with its sign. Making a bigint of millions of digits would keep the server busy. */
const MOST_DIGITS = 20;

function exactNumber(text: string): number | bigint {
  if (text.length <= MOST_DIGITS && INTEGER.test(text)) {
    const integer = BigInt(text);
    return integer > Number.MAX_SAFE_INTEGER || integer < Number.MIN_SAFE_INTEGER ? integer : Number(text);
  }
  const number = Number(text);
  if (!Number.isFinite(number)) throw new SyntaxError('a number in it is larger than any double');
  return number;
}

/** Before the text of a number that `JSON.parse` would change; nobody can know it. */
const MARK = randomBytes(9).toString('base64url');

/**
 * Parses JSON as `JSON.parse` does, but integers beyond 2^53 become a bigint: Int64 loses no digit (docs/contract/api.md#6.2). Such numbers are parsed as marked text and then put in its place: what parses in JavaScript takes many times
 * as long for all the rest. @throws SyntaxError, also for a number beyond every double, which would be infinite
 */
export function parseExactly(text: string): unknown {
  const value: unknown = JSON.parse(text);
  return HARD_NUMBER.test(text) ? unmarked(JSON.parse(marked(text))) : value;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What a number has: `+ - . E e` and digits. */
const isOfNumber = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) ||
  code === 0x2d ||
  code === 0x2e ||
  code === 0x2b ||
  code === 0x65 ||
  code === 0x45;

/** Valid JSON with its hard numbers as marked strings. */
function marked(text: string): string {
  let result = '';
  let kept = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      while (text.charCodeAt(++index) !== QUOTE) if (text.charCodeAt(index) === BACKSLASH) index++;
    } else if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      const start = index;
      while (index < text.length && isOfNumber(text.charCodeAt(index))) index++;
      index--;
      // The shortest is `1e100`.
      if (index - start < 4) continue;
      const number = text.slice(start, index + 1);
      if (!HARD_NUMBER.test(number)) continue;
      result += `${text.slice(kept, start)}"${MARK}${number}"`;
      kept = index + 1;
    }
  }
  return result + text.slice(kept);
}

/** Puts numbers in the place of marked strings; objects and arrays stay the same. */
function unmarked(value: unknown): unknown {
  if (typeof value === 'string')
    return value.startsWith(MARK) ? exactNumber(value.slice(MARK.length)) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) value[index] = unmarked(value[index]);
    return value;
  }
  const members = value as Record<string, unknown>;
  for (const key of Object.keys(members)) members[key] = unmarked(members[key]);
  return value;
}

/** The JSON of a value, bigints as numbers with all their digits. */
export function stringifyExactly(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // What JSON.stringify says of a bigint; nothing else in our values can displease it.
    if (error instanceof TypeError) return stringify(value)!;
    throw error;
  }
}

/** What is larger is written in steps, each of about as many characters. */
const CHARACTERS_OF_STEP = 65_536;
/** About what a value has besides its characters. */
const CHARACTERS_OF_VALUE = 8;

/** How much of a number of characters a value leaves; less than nothing where it has more. */
function leftBy(value: unknown, characters: number): number {
  let left = characters - CHARACTERS_OF_VALUE;
  if (typeof value === 'string') return left - value.length;
  if (typeof value !== 'object' || value === null) return left;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length && left >= 0; index++) left = leftBy(value[index], left);
    return left;
  }
  for (const name in value) {
    left = leftBy((value as Record<string, unknown>)[name], left - name.length);
    if (left < 0) break;
  }
  return left;
}

/** Whether the JSON of a value has more than is to be written in one go. */
export const isLarge = (value: unknown): boolean => leftBy(value, CHARACTERS_OF_STEP) < 0;

/** The JSON of a large value, as {@link stringifyExactly} gives it. */
export function* stringifiedExactly(value: unknown): Steps<string> {
  const parts: string[] = [];
  yield* write(value, parts);
  return parts.join('');
}

function* write(value: unknown, parts: string[]): Steps<void> {
  if (typeof value !== 'object' || value === null || !isLarge(value))
    parts.push(stringifyExactly(value) ?? 'null');
  else if (Array.isArray(value)) yield* writeArray(value, parts);
  else {
    let separator = '{';
    for (const [name, entry] of Object.entries(value)) {
      if (entry === undefined) continue;
      parts.push(separator, JSON.stringify(name), ':');
      yield* write(entry, parts);
      separator = ',';
    }
    parts.push(separator === '{' ? '{}' : '}');
  }
  yield;
}

/** As many entries as make up a step are written together. */
function* writeArray(values: readonly unknown[], parts: string[]): Steps<void> {
  let separator = '[';
  for (let start = 0, end = 0; start < values.length; start = end) {
    for (let left = CHARACTERS_OF_STEP; end < values.length; end++) {
      left = leftBy(values[end], left);
      if (left < 0) break;
    }
    parts.push(separator);
    if (end === start) yield* write(values[end++], parts);
    else parts.push(stringifyExactly(values.slice(start, end)).slice(1, -1));
    separator = ',';
    yield;
  }
  parts.push(']');
}

/** For values without a 64-bit guarantee: the value with its bigints as numbers; the same object if it has none. */
export function withPlainNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.some(hasBigint) ? value.map(withPlainNumbers) : value;
  if (!hasBigint(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withPlainNumbers(entry)]));
}

function hasBigint(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return typeof value === 'bigint';
  return Array.isArray(value) ? value.some(hasBigint) : Object.values(value).some(hasBigint);
}
