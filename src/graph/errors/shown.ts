import { stringifyExactly } from '../http/exact-json.js';

const LONGEST_SHOWN = 100;

/** A value as it may stand in a message: quoted as JSON where it is no string, and cut. */
export function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : (stringifyExactly(value) ?? String(value));
  return text.length > LONGEST_SHOWN
    ? `${text.slice(0, LONGEST_SHOWN).toWellFormed()}…`
    : text.toWellFormed();
}
