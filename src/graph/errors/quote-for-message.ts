import { stringifyExactly } from '../http/exact-json.js';

const LONGEST_SHOWN = 100;

/** A value as it may stand in a message: as JSON where it is no string, cut, and without what no text may have. */
export function quoteForMessage(value: unknown): string {
  const text = typeof value === 'string' ? value : (stringifyExactly(value) ?? String(value));
  const cut = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  return cut.toWellFormed().replaceAll('\0', '\\u0000');
}

/** The same with its kind before it, so that the text `7` is not taken for the number. */
export function describeForMessage(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array: ${quoteForMessage(value)}`;
  if (typeof value === 'object') return `an object: ${quoteForMessage(value)}`;
  return `a ${typeof value === 'bigint' ? 'number' : typeof value}: ${quoteForMessage(value)}`;
}
