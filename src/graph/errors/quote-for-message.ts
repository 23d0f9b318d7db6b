import { stringifyExactly } from '../http/exact-json.js';

const LONGEST_SHOWN = 100;

/** A value for a message: as JSON if it is not a string, cut, and well-formed. */
export function quoteForMessage(value: unknown): string {
  const text = typeof value === 'string' ? value : (stringifyExactly(value) ?? String(value));
  const cut = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  return cut.toWellFormed().replaceAll('\0', '\\u0000');
}

/** The same with its type before it, which distinguishes the text `7` from the number. */
export function describeForMessage(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array: ${quoteForMessage(value)}`;
  if (typeof value === 'object') return `an object: ${quoteForMessage(value)}`;
  return `a ${typeof value === 'bigint' ? 'number' : typeof value}: ${quoteForMessage(value)}`;
}
