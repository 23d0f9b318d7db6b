import type { ValueTransformer } from 'typeorm';
import { parseExactly, stringifyExactly } from './http/exact-json.js';
import { jsonValue } from './http/parse-json.js';
import { inTurns } from './turns.js';

/** How the JSON of a column is stored, as text. */
interface StoredJson extends ValueTransformer {
  /** The value of a large text, while others have turns; `rows.ts` asks for it. */
  fromLarge(text: string): Promise<unknown>;
}

const stored = (stringify: (value: unknown) => string, parse: (text: string) => unknown): StoredJson => ({
  to: (value: unknown) => (value === null || value === undefined ? value : stringify(value)),
  from: (text: string | null | undefined) => (text === null || text === undefined ? text : parse(text)),
  fromLarge: (text) => inTurns(jsonValue(text, parse)),
});

export const PLAIN_JSON = stored(JSON.stringify, JSON.parse);

/** Integers keep all their digits. */
export const EXACT_JSON = stored(stringifyExactly, parseExactly);
