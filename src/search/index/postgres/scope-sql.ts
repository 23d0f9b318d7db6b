import type { Phrase } from '../../kql/tree.js';
import { instantsOf } from '../document.js';
import { partsOf, simplified, type SqlLeaves, sqlOf, type ValueCondition } from '../condition-parts.js';
import type { IndexScope } from '../search-index.js';
import { textFields, type TextFields } from '../text-fields.js';
import { stringifyExactly } from '../../../graph/http/exact-json.js';
import { ofConnection } from './stored-document.js';
import { freeText, phraseIn, tsqueryOf } from './tsquery.js';

/** A tsquery has 1 MB at most. */
const MOST_WORDS = 8_000;

/** Values that are bound, each by its place. */
export class Parameters {
  readonly values: unknown[] = [];

  /** @param type in PostgreSQL */
  add(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }

  /** A statement with the values that it names alone: PostgreSQL takes no others. */
  used(sql: string): { readonly sql: string; readonly values: readonly unknown[] } {
    const places: number[] = [];
    const renamed = sql.replace(/\$(\d+)::/g, (_, place: string) => {
      let index = places.indexOf(Number(place));
      if (index === -1) index = places.push(Number(place)) - 1;
      return `$${index + 1}::`;
    });
    return { sql: renamed, values: places.map((place) => this.values[place - 1]) };
  }
}

/** The name of a property as a JSON key; whatever else a name has than letters and digits, no property has. */
export const keyOf = (name: string): string => name.replace(/[^a-z0-9@]/g, '_');

export const isDate = ({ types }: TextFields, name: string): boolean =>
  types.get(name)?.startsWith('dateTime') === true;

/** One connection of a search. */
interface SearchedConnection {
  readonly fields: TextFields;
  readonly where: string;
}

/** What is searched, in the words of PostgreSQL, with `search_document` as `d`. */
export interface SearchedScopes {
  readonly connections: readonly SearchedConnection[];
  readonly where: string;
}

/** The scopes that can have a match; undefined if none can. */
export function searchedScopes(
  scopes: readonly IndexScope[],
  parameters: Parameters,
): SearchedScopes | undefined {
  const connections = scopes.flatMap((scope) => searched(scope, parameters));
  if (connections.length === 0) return undefined;
  return { connections, where: `(${connections.map(({ where }) => where).join(' OR ')})` };
}

function searched(
  { connectionKey, condition, principals, schema }: IndexScope,
  parameters: Parameters,
): SearchedConnection[] {
  const wanted = simplified(condition);
  if (principals.length === 0 || wanted.kind === 'none') return [];
  const fields = textFields(schema);
  // U+0000 is in no text of PostgreSQL, and in no principal that is granted.
  const named = principals.filter((principal) => !principal.includes('\0'));
  const own = parameters.add(
    named.map((principal) => ofConnection(connectionKey, principal)),
    'text[]',
  );
  const leaves: SqlLeaves = {
    // A condition may name other properties than the searchable ones.
    mostWords: Math.floor(MOST_WORDS / (1 + schema.length)),
    words: (part) => `d."words" @@ ${parameters.add(tsqueryOf(part, fields.searchable), 'tsquery')}`,
    isExact: () => true,
    near: (part) => leaves.words(part),
    between: (part) => between(part, fields, parameters),
  };
  const parts = wanted.kind === 'all' ? [] : partsOf(wanted, leaves).map((part) => sqlOf(part, leaves));
  const where = [`d."granted" && ${own}`, `NOT d."denied" && ${own}`, ...parts].join(' AND ');
  return [{ fields, where: `(${where})` }];
}

function between({ property, from, to }: ValueCondition, fields: TextFields, parameters: Parameters): string {
  const name = property.toLowerCase();
  const key = keyOf(isDate(fields, name) ? instantsOf(name) : name);
  const ends = [
    ...(from === undefined ? [] : [`@ ${from.inclusive ? '>=' : '>'} $from`]),
    ...(to === undefined ? [] : [`@ ${to.inclusive ? '<=' : '<'} $to`]),
  ];
  const variables = stringifyExactly({ from: from?.value, to: to?.value });
  const filter = ['@.type() == "number"', ...ends].join(' && ');
  return `jsonb_path_exists(d."values", '$."${key}"[*] ? (${filter})', ${parameters.add(variables, 'jsonb')})`;
}

/** Of each weight, where one of the properties that have it, has the phrase. */
export function weightedMatches(
  { connections }: SearchedScopes,
  phrase: Phrase,
  parameters: Parameters,
): { readonly weight: number; readonly where: string }[] {
  const byWeight = new Map<number, string[]>();
  for (const { where, fields } of connections)
    for (const { weight, names } of fields.weighted) {
      const operands = byWeight.get(weight) ?? [];
      operands.push(`(${where} AND d."words" @@ ${parameters.add(phraseIn(names, phrase), 'tsquery')})`);
      byWeight.set(weight, operands);
    }
  return [...byWeight].map(([weight, operands]) => ({ weight, where: `(${operands.join(' OR ')})` }));
}

/** Any of the phrases, to rank by. */
export function textQuery({ connections }: SearchedScopes, phrases: readonly Phrase[]): string {
  const searchable = [...new Set(connections.flatMap(({ fields }) => fields.searchable))];
  const most = Math.max(1, Math.floor(MOST_WORDS / (1 + searchable.length)));
  return phrases
    .slice(0, most)
    .map((phrase) => freeText(phrase, searchable))
    .join(' | ');
}
