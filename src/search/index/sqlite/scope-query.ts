import type Sqlite from 'better-sqlite3';
import type { Condition } from '../../kql/condition.js';
import type { Phrase } from '../../kql/tree.js';
import { instantsOf } from '../document.js';
import {
  isWords,
  type NearCondition,
  partsOf,
  simplified,
  type SqlLeaves,
  sqlOf,
  type ValueCondition,
} from '../condition-parts.js';
import type { IndexScope } from '../search-index.js';
import { textFields, type TextFields } from '../text-fields.js';
import { isExactNear, NearChecker } from './near.js';
import { allOf, anyOf, freeText, matchOf, ofConnection, phraseIn, visibleBy } from './match.js';
import { denyToken, grantToken } from './tokens.js';

/** One connection of a search in the words of SQLite. */
interface SearchedConnection {
  readonly number: number;
  readonly fields: TextFields;
  /** What somebody sees and words decide, for FTS5. */
  readonly match: string;
  /** The rest, in SQL; undefined if words decide all. */
  readonly where?: string;
}

/** What is searched, over all connections. */
export interface SearchedScopes {
  readonly connections: readonly SearchedConnection[];
  /** For `words MATCH ?`. */
  readonly match: string;
  /** For `AND …`, with `document` as `d`; empty if words decide all. */
  readonly where: string;
  readonly parameters: readonly (string | number | bigint)[];
}

/** The path of a property's values in the JSON of a document; whatever else a name has than letters and digits, no property has. */
export const pathOf = (name: string): string => `'$."${name.replace(/[^a-z0-9@]/g, '_')}"'`;

export const isDate = ({ types }: TextFields, name: string): boolean =>
  types.get(name)?.startsWith('dateTime') === true;

/** The scopes that can have a match; undefined if none can: nobody looks, or the index has no item of the connection. */
export function searchedScopes(
  file: Sqlite.Database,
  scopes: readonly IndexScope[],
): SearchedScopes | undefined {
  const parameters: (string | number | bigint)[] = [];
  const find = file.prepare<[string], { number: number }>(
    'SELECT "number" FROM "connection" WHERE "key" = ?',
  );
  const checker = new NearChecker(file);
  const connections = scopes.flatMap((scope) => {
    const number = find.get(scope.connectionKey)?.number;
    return number === undefined ? [] : searched(file, scope, number, parameters, checker);
  });
  if (connections.length === 0) return undefined;
  const limited = connections.filter(({ where }) => where !== undefined);
  return {
    connections,
    match: anyOf(connections.map(({ match }) => match)),
    where:
      limited.length === 0
        ? ''
        : `AND CASE d."connection" ${limited.map(({ number, where }) => `WHEN ${number} THEN ${where}`).join(' ')} ELSE 1 END`,
    parameters,
  };
}

/** Those tokens that any item has. */
function used(file: Sqlite.Database, tokens: readonly string[]): string[] {
  const find = file.prepare<[string], string>(
    'SELECT "token" FROM "principal" WHERE "token" IN (SELECT "value" FROM json_each(?))',
  );
  return find.pluck().all(JSON.stringify(tokens));
}

function searched(
  file: Sqlite.Database,
  { condition, principals, schema }: IndexScope,
  number: number,
  parameters: (string | number | bigint)[],
  checker: NearChecker,
): SearchedConnection[] {
  const visible = visibleBy(
    used(
      file,
      principals.map((principal) => grantToken(number, principal)),
    ),
    used(
      file,
      principals.map((principal) => denyToken(number, principal)),
    ),
  );
  const wanted = simplified(condition);
  if (visible === undefined || wanted.kind === 'none') return [];
  const fields = textFields(schema);
  const everything = ofConnection(number);
  const seen = (part: Condition): string => allOf([visible, matchOf(part, fields.searchable, everything)]);
  let match = visible;
  const leaves: SqlLeaves = {
    mostWords: Number.MAX_SAFE_INTEGER,
    words: (part) => {
      parameters.push(seen(part));
      return MATCHES;
    },
    isExact: (part) => isExactNear(part, fields),
    // Whatever else is in the tree, an item has to match this first.
    near: (part) =>
      near(part, fields, allOf([match, matchOf(part, fields.searchable, everything)]), checker, parameters),
    between: (part) => between(part, fields, parameters),
  };
  if (wanted.kind === 'all') return [{ number, fields, match: visible }];
  const [first, ...rest] = partsOf(wanted, leaves);
  const inWords = isWords(first, leaves);
  if (inWords) match = seen(first);
  const others = (inWords ? rest : [first!, ...rest]).map((part) => sqlOf(part, leaves));
  return [
    {
      number,
      fields,
      match,
      where: others.length === 0 ? undefined : `(${others.join(' AND ')})`,
    },
  ];
}

const MATCHES = 'd."id" IN (SELECT rowid FROM "words" WHERE "words" MATCH ?)';

/** @param match finds every item that can match; those that are too many to be checked are taken as it finds them */
function near(
  condition: NearCondition,
  { searchable }: TextFields,
  match: string,
  checker: NearChecker,
  parameters: (string | number | bigint)[],
): string {
  const checked = checker.check(condition, searchable, match);
  if (checked === undefined) {
    parameters.push(match);
    return MATCHES;
  }
  const { ids, before } = checked;
  parameters.push(JSON.stringify(ids));
  const found = 'd."id" IN (SELECT "value" FROM json_each(?))';
  if (before === undefined) return found;
  parameters.push(before, match);
  return `(${found} OR (d."id" < ? AND ${MATCHES}))`;
}

function between(
  { property, from, to }: ValueCondition,
  fields: TextFields,
  parameters: (string | number | bigint)[],
): string {
  const name = property.toLowerCase();
  const path = pathOf(isDate(fields, name) ? instantsOf(name) : name);
  const ends = [
    ...(from === undefined ? [] : [{ end: from, operator: from.inclusive ? '>=' : '>' }]),
    ...(to === undefined ? [] : [{ end: to, operator: to.inclusive ? '<=' : '<' }]),
  ].map(({ end, operator }) => {
    parameters.push(end.value);
    return ` AND v."value" ${operator} ?`;
  });
  return `EXISTS (SELECT 1 FROM json_each(d."values", ${path}) v WHERE v."type" IN ('integer', 'real')${ends.join('')})`;
}

/**
 * Of each weight, where one of the properties that have it in any connection, has the phrase.
 * @param seen only where somebody sees it and the rest matches as well
 */
export function weightedMatches(
  { connections }: SearchedScopes,
  phrase: Phrase,
  seen: boolean,
): { readonly weight: number; readonly match: string }[] {
  const byWeight = new Map<number, string[]>();
  for (const { number, match, fields } of connections)
    for (const { weight, names } of fields.weighted) {
      const operands = byWeight.get(weight) ?? [];
      const inNames = phraseIn(names, phrase)!;
      operands.push(seen ? allOf([match, inNames]) : allOf([ofConnection(number), inNames]));
      byWeight.set(weight, operands);
    }
  return [...byWeight].map(([weight, operands]) => ({ weight, match: anyOf(operands) }));
}

/** Where any of the phrases stands in what is searched, whoever may see it: to learn how often an item has them. */
export const textMatch = ({ connections }: SearchedScopes, phrases: readonly Phrase[]): string => {
  const searchable = [...new Set(connections.flatMap(({ fields }) => fields.searchable))];
  return anyOf(phrases.map((phrase) => freeText(phrase, searchable)));
};
