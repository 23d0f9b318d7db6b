import { parse, stringify } from 'lossless-json';

/** Only a number of at least so many digits can be one that JavaScript's numbers cannot hold. */
const MANY_DIGITS = /\d{16}/;
const INTEGER = /^-?\d+$/;

const exactNumber = (text: string): number | bigint =>
  INTEGER.test(text) && !Number.isSafeInteger(Number(text)) ? BigInt(text) : Number(text);

/**
 * Parses JSON as `JSON.parse` does, but integers beyond 2^53 become a bigint: Int64 loses no digit (contract, api.md
 * section 6.2).
 */
export function parseExactly(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!MANY_DIGITS.test(text)) return value;
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
