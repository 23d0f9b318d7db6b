import { TextDecoder } from 'node:util';
import { bodyUnreadable, charsetNotSupported } from '../errors/catalogue/request.js';
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

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/** `charset=x` and `charset="x"` of a media type. */
const CHARSET = /;\s*charset\s*=\s*(?:"([^"]*)"|([^\s;"]*))/i;

/** ASCII is the part of UTF-8 that has one meaning everywhere; the encoding standard would read it as Windows-1252. */
const AS_UTF_8 = new Set(['', 'utf-8', 'utf8', 'us-ascii', 'ascii']);

/**
 * How to read the text of a body: JSON is UTF-8, and what says that it is another charset is believed, as Graph's own
 * framework does.
 * @throws charsetNotSupported (contract, field.md 6)
 */
export function decoderOf(contentType: string | undefined): TextDecoder {
  const [, quoted, plain] = CHARSET.exec(contentType ?? '') ?? [];
  const charset = (quoted ?? plain ?? '').trim().toLowerCase();
  if (AS_UTF_8.has(charset)) return UTF_8;
  try {
    return new TextDecoder(charset, { fatal: true });
  } catch {
    throw charsetNotSupported(charset);
  }
}

/** The bytes as UTF-8. @throws bodyUnreadable */
function asUtf8(bytes: Buffer, decoder: TextDecoder): Buffer {
  if (decoder === UTF_8) return bytes;
  try {
    return Buffer.from(decoder.decode(bytes));
  } catch {
    throw bodyUnreadable(`The body is not valid ${decoder.encoding}.`);
  }
}

/**
 * The JSON object in a body; integers beyond 2^53 are bigints.
 * @param decoder of {@link decoderOf}
 * @throws bodyUnreadable for anything else (contract, errors.md G12)
 */
export function parseJsonObject(encoded: Buffer, decoder: TextDecoder): Record<string, unknown> {
  if (encoded.length === 0) throw bodyUnreadable('The body is empty.');
  const bytes = asUtf8(encoded, decoder);
  if (isTooDeep(bytes)) throw bodyUnreadable(`The body is nested more than ${DEEPEST} levels deep.`);
  let text: string;
  try {
    text = UTF_8.decode(bytes);
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
