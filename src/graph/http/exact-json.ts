import { parse, stringify } from 'lossless-json';

/**
 * A number of which `JSON.parse` may make another: with 16 digits before the point, or with an exponent of three. It is
 * looked for behind what can precede a number, so that most text of many digits is parsed the fast way.
 */
const HARD_NUMBER = /(?:^|[:,[\s])-?\d(?:\d{15}|[\d.]*[eE]\+?\d{3})/;
const INTEGER = /^-?\d+$/;
/** Of an Int64, with its sign. Making a bigint of millions of digits would keep the server busy. */
const MOST_DIGITS = 20;

function exactNumber(text: string): number | bigint {
  const number = Number(text);
  if (!Number.isFinite(number)) throw new SyntaxError('a number in it is larger than any double');
  return !Number.isSafeInteger(number) && text.length <= MOST_DIGITS && INTEGER.test(text)
    ? BigInt(text)
    : number;
}

/**
 * Parses JSON as `JSON.parse` does, but integers beyond 2^53 become a bigint: Int64 loses no digit (contract, api.md
 * section 6.2). @throws SyntaxError, also for a number beyond every double, which would be infinite
 */
export function parseExactly(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!HARD_NUMBER.test(text)) return value;
  return parse(text, undefined, { parseNumber: exactNumber, onDuplicateKey: ({ newValue }) => newValue });
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

/** The value with bigints as JavaScript's numbers, where nobody promised more than those. */
export function withPlainNumbers(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(withPlainNumbers);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withPlainNumbers(entry)]));
}
