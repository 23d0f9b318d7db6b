import type { ColumnOptions } from 'typeorm';
import { parseExactly, stringifyExactly } from '../../graph/http/exact-json.js';

/** How the values of a column are written in a content file. */
export interface ColumnKind {
  /** What a value in a file must be. */
  readonly expected: string;
  readonly isText: boolean;
  /** The JSON of a value as the database gives it. */
  readonly write: (value: unknown) => string;
  /** The value as the database takes it; undefined for one that cannot be. */
  readonly read: (value: unknown) => string | number | undefined;
}

/** No row has U+0000 or half a surrogate pair: a request with one is refused, since no database would give it back. */
const isStorable = (value: unknown): value is string =>
  typeof value === 'string' && value.isWellFormed() && !value.includes('\0');

const TEXT: ColumnKind = {
  expected: 'well-formed Unicode text without U+0000',
  isText: true,
  write: (value) => JSON.stringify(value),
  read: (value) => (isStorable(value) ? value : undefined),
};

const INTEGER: ColumnKind = {
  expected: 'a whole number',
  isText: false,
  write: String,
  read: (value) => (Number.isSafeInteger(value) ? (value as number) : undefined),
};

/** Whether reading this text as JSON and writing it gives the same text, to the last digit. */
function isExact(text: string): boolean {
  if (!text.startsWith('{') && !text.startsWith('[')) return false;
  try {
    return stringifyExactly(parseExactly(text)) === text;
  } catch {
    return false;
  }
}

/** Stored as text. In a file it is JSON, for whoever reads that with tools, or else the text itself where that would lose anything. */
const JSON_TEXT: ColumnKind = {
  expected: 'an object, an array, or JSON as text',
  isText: true,
  write: (value) => (isExact(value as string) ? (value as string) : JSON.stringify(value)),
  read: (value) => {
    const text = typeof value === 'object' && value !== null ? stringifyExactly(value) : value;
    return isStorable(text) ? text : undefined;
  },
};

/** @throws {Error} for a type of column that a content file has no form for yet */
export function kindOf(name: string, { type, transformer }: ColumnOptions): ColumnKind {
  if (type === 'simple-json' || (type === 'text' && transformer !== undefined)) return JSON_TEXT;
  if (type === 'varchar' || type === 'text') return TEXT;
  if (type === 'integer') return INTEGER;
  throw new Error(`The column ${name} is of the type ${String(type)}, which export and import do not know.`);
}
