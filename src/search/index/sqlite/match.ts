import type { Condition } from '../../kql/condition.js';
import type { Phrase } from '../../kql/tree.js';
import { prefixKey, wholeKey } from '../document.js';
import { LONGEST_DISTANCE, presentTerm, wholeTerm, wordTerm } from '../terms.js';
import { connectionToken, tokenOf } from './tokens.js';

/** A query in the language of FTS5 has strings, columns and operators; what a user wrote is in its strings alone. */
const string = (tokens: readonly string[]): string => `"${tokens.join(' ').replaceAll('"', '""')}"`;
const phrase = (tokens: readonly string[], prefix: boolean): string => string(tokens) + (prefix ? ' *' : '');

/** FTS5 takes a time for an operator that grows with the square of its operands. */
const MOST_OPERANDS = 256;

function joined(operands: readonly string[], operator: string): string {
  if (operands.length === 1) return operands[0]!;
  if (operands.length <= MOST_OPERANDS) return `(${operands.join(operator)})`;
  const half = Math.ceil(operands.length / 2);
  return `(${joined(operands.slice(0, half), operator)}${operator}${joined(operands.slice(half), operator)})`;
}

export const anyOf = (operands: readonly string[]): string => joined(operands, ' OR ');
export const allOf = (operands: readonly string[]): string => joined(operands, ' AND ');

const inProperties = (expressions: readonly string[]): string => `({properties} : ${anyOf(expressions)})`;

const inContent = ({ words, prefix }: Phrase): string => phrase(words.map(tokenOf), prefix);

const inProperty = (name: string, { words, prefix }: Phrase): string =>
  phrase(
    words.map((word) => wordTerm(name, tokenOf(word))),
    prefix,
  );

/** A phrase in one of some properties; undefined without any. */
export const phraseIn = (names: readonly string[], searched: Phrase): string | undefined =>
  names.length === 0 ? undefined : inProperties(names.map((name) => inProperty(name, searched)));

/** Free text: in the content or in one searchable property (docs/contract/kql.md#5). */
export const freeText = (searched: Phrase, searchable: readonly string[]): string =>
  anyOf(
    [`({content} : ${inContent(searched)})`, phraseIn(searchable, searched)].filter(
      (operand) => operand !== undefined,
    ),
  );

const near = (phrases: readonly string[], distance: number): string =>
  `NEAR(${phrases.join(' ')}, ${Math.min(distance, LONGEST_DISTANCE)})`;

const wholeToken = (property: string, text: string, prefix: boolean): string =>
  tokenOf(wholeTerm(property.toLowerCase(), prefix ? prefixKey(text) : wholeKey(text)));

/**
 * A condition on words, simplified, as a query of FTS5.
 * @param everything the query that finds each item of the connection, since NOT needs a left side
 * @throws {Error} if the condition is none on words
 */
export function matchOf(condition: Condition, searchable: readonly string[], everything: string): string {
  const inside = (operand: Condition): string => matchOf(operand, searchable, everything);
  switch (condition.kind) {
    case 'all':
      return everything;
    case 'none':
      return `(${everything} NOT ${everything})`;
    case 'and':
      return conjunction(condition.operands, inside, everything);
    case 'or':
      return anyOf(condition.operands.map(inside));
    case 'not':
      return `(${everything} NOT ${inside(condition.operand)})`;
    case 'text':
      return freeText(condition.phrase, condition.properties ?? searchable);
    case 'near': {
      const { phrases, distance, properties = searchable } = condition;
      const within = properties.map((name) =>
        near(
          phrases.map((one) => inProperty(name, one)),
          distance,
        ),
      );
      const content = `({content} : ${near(phrases.map(inContent), distance)})`;
      return anyOf(within.length === 0 ? [content] : [content, inProperties(within)]);
    }
    case 'contains':
      return inProperties([inProperty(condition.property.toLowerCase(), condition.phrase)]);
    case 'equals': {
      const { property, text, prefix } = condition;
      return inProperties([phrase([wholeToken(property, text, prefix)], prefix)]);
    }
    case 'is':
      return inProperties([phrase([wholeToken(condition.property, String(condition.value), false)], false)]);
    case 'exists':
      return inProperties([phrase([presentTerm(condition.property.toLowerCase())], false)]);
    case 'between':
      throw new Error('A range is no condition on words.');
  }
}

/** What is negated is taken away from the rest. */
function conjunction(
  operands: readonly Condition[],
  inside: (operand: Condition) => string,
  everything: string,
): string {
  const positive = operands.filter(({ kind }) => kind !== 'not').map(inside);
  const negated = operands.flatMap((operand) => (operand.kind === 'not' ? [inside(operand.operand)] : []));
  const left = positive.length === 0 ? everything : allOf(positive);
  return negated.length === 0 ? left : `(${left} NOT ${anyOf(negated)})`;
}

/** Every item of a connection. */
export const ofConnection = (connection: number): string =>
  `({scope} : ${string([connectionToken(connection)])})`;

const inScope = (tokens: readonly string[]): string =>
  `({scope} : ${anyOf(tokens.map((token) => string([token])))})`;

/** What somebody sees: one of these tokens is granted, and none of those is denied. Undefined without a grant. */
export function visibleBy(grants: readonly string[], denies: readonly string[]): string | undefined {
  if (grants.length === 0) return undefined;
  return denies.length === 0 ? inScope(grants) : `(${inScope(grants)} NOT ${inScope(denies)})`;
}
