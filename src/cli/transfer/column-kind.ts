import type { ColumnOptions } from 'typeorm';

/** How the values of a column are written in a content file. */
export interface ColumnKind {
  /** What a value in a file must be. */
  readonly expected: string;
  readonly isText: boolean;
  /** The JSON of a value of the database. */
  readonly write: (value: unknown) => string;
  /** The value for the database of one that was in a file; undefined for one that cannot be. */
  readonly read: (value: unknown) => string | number | undefined;
  /** Whether the value at this place of a file is the JSON that the database has as text. */
  readonly isEmbedded: (text: string, at: number) => boolean;
}

/** No row has U+0000 or half a surrogate pair: a request with one is refused, since no database would give it back. */
const storable = (value: unknown): string | undefined =>
  typeof value === 'string' && value.isWellFormed() && !value.includes('\0') ? value : undefined;

const TEXT: ColumnKind = {
  expected: 'well-formed Unicode text without U+0000',
  isText: true,
  write: (value) => JSON.stringify(value),
  read: storable,
  isEmbedded: () => false,
};

const INTEGER: ColumnKind = {
  expected: 'a whole number',
  isText: false,
  write: String,
  read: (value) => (Number.isSafeInteger(value) ? (value as number) : undefined),
  isEmbedded: () => false,
};

const isStructure = (text: string, at: number): boolean => text[at] === '{' || text[at] === '[';

/** Whether this is JSON that may stand within a line. */
function isJson(text: string): boolean {
  if (!isStructure(text, 0) || text.includes('\n')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** JSON that is stored as text stands in a line as that text is, to the last digit, for whoever reads it with tools. */
const JSON_TEXT: ColumnKind = {
  expected: 'an object, an array, or any other text as text',
  isText: true,
  write: (value) => (isJson(value as string) ? (value as string) : JSON.stringify(value)),
  read: storable,
  isEmbedded: isStructure,
};

/** @throws {Error} for a type of column that a content file has no form for yet */
export function kindOf(name: string, { type, transformer }: ColumnOptions): ColumnKind {
  if (type === 'simple-json' || (type === 'text' && transformer !== undefined)) return JSON_TEXT;
  if (type === 'varchar' || type === 'text') return TEXT;
  if (type === 'integer') return INTEGER;
  throw new Error(`The column ${name} is of the type ${String(type)}, which export and import do not know.`);
}
