import { bodyUnreadable } from '../errors/catalogue/request.js';
import { parseExactly } from './exact-json.js';

/** The depth at which Graph's own reader stops; deeper text could exhaust the stack of whoever walks it. */
const DEEPEST = 100;

const [QUOTE, BACKSLASH, BRACE, BRACKET, BRACE_END, BRACKET_END] = Buffer.from('"\\{[}]');

function isTooDeep(bytes: Buffer): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    if (inString) {
      if (byte === BACKSLASH) index++;
      else if (byte === QUOTE) inString = false;
    } else if (byte === QUOTE) inString = true;
    else if (byte === BRACE || byte === BRACKET) {
      if (++depth > DEEPEST) return true;
    } else if (byte === BRACE_END || byte === BRACKET_END) depth--;
  }
  return false;
}

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * The JSON object in a body; integers beyond 2^53 are bigints.
 * @throws bodyUnreadable for anything else (contract, errors.md G12)
 */
export function parseJsonObject(bytes: Buffer): Record<string, unknown> {
  if (bytes.length === 0) throw bodyUnreadable('The body is empty.');
  if (isTooDeep(bytes)) throw bodyUnreadable(`The body is nested more than ${DEEPEST} levels deep.`);
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    throw bodyUnreadable('The body is not valid UTF-8.');
  }
  let value: unknown;
  try {
    value = parseExactly(text);
  } catch (error) {
    throw bodyUnreadable(`The body is not valid JSON: ${(error as Error).message.toWellFormed()}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw bodyUnreadable('The body must be a JSON object.');
  }
  return value as Record<string, unknown>;
}
