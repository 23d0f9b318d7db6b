import { createHash } from 'node:crypto';
import type { Steps } from '../../graph/turns.js';
import type { AclDto } from '../../items/external-item.dto.js';
import { textOfHtmlInSteps } from '../html.js';
import { ticksOf } from '../ticks.js';
import { principalOf } from '../trimming/principals.js';
import { folded, wordsInSteps } from '../words.js';

/** A row of externalItem, as far as it is indexed. */
export interface IndexedItem {
  readonly connectionKey: string;
  readonly id: string;
  readonly acl: readonly AclDto[];
  readonly properties: Readonly<Record<string, unknown>>;
  readonly contentType: string | null;
  readonly contentValue: string | null;
}

export type StoredValue = string | number | bigint | boolean;

/** The text of one property. */
export interface IndexedText {
  /** In lower case, as everywhere in the index. */
  readonly name: string;
  /** The words of each element; one element if it is no collection. */
  readonly elements: readonly (readonly string[])[];
  /** `wholeKey` of each value. */
  readonly wholes: readonly string[];
}

/**
 * What an index holds of an item. It follows from the item alone, so a schema that changes changes nothing in the index: the
 * query says what is searchable and of which type.
 */
export interface IndexDocument {
  readonly granted: readonly string[];
  readonly denied: readonly string[];
  readonly content: readonly string[];
  readonly texts: readonly IndexedText[];
  /** The names of the properties that have a value. */
  readonly present: readonly string[];
  /** By the name of the property, to sort, count and compare; under `instantsOf(name)`, the dates among them in ticks. */
  readonly values: Readonly<Record<string, readonly StoredValue[]>>;
}

/** UTF-16 units: longer values are compared by their beginning and a hash, and are neither counted nor sorted by their end. */
const LONGEST_VALUE = 256;
/** Of an item, all properties together. */
const MOST_VALUES = 2_000;

/** Entries of a list that are looked at in one step. */
const ENTRIES_OF_STEP = 500;

/** Under which name the dates of a property stand in `values`. No property has such a name. */
export const instantsOf = (name: string): string => `${name}@`;

/** What a whole value, folded, is found by. */
export const wholeKey = (text: string): string =>
  text.length <= LONGEST_VALUE
    ? text
    : `${text.slice(0, LONGEST_VALUE)}…${createHash('sha256').update(text).digest('hex')}`;

/** The longest beginning of a value by which it is found. */
export const prefixKey = (text: string): string => text.slice(0, LONGEST_VALUE);

/** Makes the document of an item, in steps: an item may have four megabytes. */
export function* documentOf({
  acl,
  properties,
  contentType,
  contentValue,
}: IndexedItem): Steps<IndexDocument> {
  const texts: IndexedText[] = [];
  const present: string[] = [];
  const values: Record<string, StoredValue[]> = {};
  let room = MOST_VALUES;
  for (const [spelled, value] of Object.entries(properties)) {
    if (spelled.includes('@')) continue;
    const name = spelled.toLowerCase();
    const elements = Array.isArray(value) ? (value as unknown[]) : [value];
    if (elements.length === 0) continue;
    present.push(name);
    texts.push(yield* textOf(name, elements));
    const stored = elements.filter(isStored).slice(0, room);
    if (stored.length === 0) continue;
    room -= stored.length;
    values[name] = stored.map((one) => (typeof one === 'string' ? one.slice(0, LONGEST_VALUE) : one));
    const instants = stored.map((one) => (typeof one === 'string' ? ticksOf(one) : undefined));
    if (instants.every((instant) => instant !== undefined)) values[instantsOf(name)] = instants;
  }
  const content = yield* contentWords(contentType, contentValue);
  return { ...(yield* principalsOf(acl)), content, texts, present, values };
}

function* contentWords(type: string | null, value: string | null): Steps<string[]> {
  if (value === null) return [];
  return yield* wordsInSteps(type === 'html' ? yield* textOfHtmlInSteps(value) : value);
}

function* principalsOf(acl: readonly AclDto[]): Steps<{ granted: string[]; denied: string[] }> {
  const [granted, denied] = [new Set<string>(), new Set<string>()];
  for (const [index, entry] of acl.entries()) {
    if (index % ENTRIES_OF_STEP === 0) yield;
    const principal = principalOf(entry);
    if (principal === undefined) continue;
    if (entry.accessType === 'deny') denied.add(principal);
    else if (entry.accessType === 'grant') granted.add(principal);
  }
  return { granted: [...granted], denied: [...denied] };
}

const isStored = (value: unknown): value is StoredValue =>
  typeof value === 'string' ||
  typeof value === 'number' ||
  typeof value === 'bigint' ||
  typeof value === 'boolean';

/** A principal is read as a string over its text fields (docs/contract/kql.md#4). */
const stringsOf = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.entries(value)
          .filter(([name, field]) => !name.startsWith('@') && typeof field === 'string')
          .map(([, field]) => field as string)
      : [];

function* textOf(name: string, values: readonly unknown[]): Steps<IndexedText> {
  const elements: string[][] = [];
  const wholes = new Set<string>();
  for (const [index, value] of values.entries()) {
    if (index % ENTRIES_OF_STEP === 0) yield;
    if (typeof value === 'boolean') wholes.add(String(value));
    for (const text of stringsOf(value)) {
      const words = yield* wordsInSteps(text);
      if (words.length > 0) elements.push(words);
      wholes.add(wholeKey(folded(text)));
    }
  }
  return { name, elements, wholes: [...wholes] };
}
