import type { Condition } from '../../kql/condition.js';
import type { Phrase } from '../../kql/tree.js';
import { prefixKey, wholeKey } from '../document.js';
import { CONTENT, LONGEST_DISTANCE, presentTerm, wholeTerm, wordTerm } from '../terms.js';
import { lexeme } from './tsvector.js';

const anyOf = (operands: readonly string[]): string => `(${operands.join(' | ')})`;

/** U+0000 is in no text of PostgreSQL. */
const term = (text: string, prefix: boolean): string =>
  lexeme(text.replaceAll('\0', '�')) + (prefix ? ':*' : '');

const inRow = (words: readonly string[], prefix: boolean): string =>
  `(${words.map((word, index) => term(word, prefix && index === words.length - 1)).join(' <-> ')})`;

const inProperty = (name: string, { words, prefix }: Phrase): string =>
  inRow(
    words.map((word) => wordTerm(name, word)),
    prefix,
  );

const inContent = (phrase: Phrase): string => inProperty(CONTENT, phrase);

/** A phrase in one of some properties. */
export const phraseIn = (names: readonly string[], phrase: Phrase): string =>
  anyOf(names.map((name) => inProperty(name, phrase)));

/** Free text: in the content or in one searchable property (docs/contract/kql.md#5). */
export const freeText = (phrase: Phrase, searchable: readonly string[]): string =>
  anyOf([inContent(phrase), ...searchable.map((name) => inProperty(name, phrase))]);

/** Phrases that follow each other with at most so many words between any two. */
function following(phrases: readonly string[], distance: number): string {
  const [first, ...rest] = phrases;
  return rest.reduce(
    (before, phrase) =>
      anyOf(Array.from({ length: distance + 1 }, (_, between) => `(${before} <${between + 1}> ${phrase})`)),
    first!,
  );
}

function near(phrases: readonly string[], distance: number, ordered: boolean): string {
  const most = Math.min(distance, LONGEST_DISTANCE);
  if (ordered) return following(phrases, most);
  const [first, ...rest] = phrases;
  return `(${rest.map((phrase) => anyOf([following([first!, phrase], most), following([phrase, first!], most)])).join(' & ')})`;
}

/**
 * A condition on words, simplified, as a tsquery; what a user wrote is in its strings alone.
 * @throws {Error} if the condition is none on words
 */
export function tsqueryOf(condition: Condition, searchable: readonly string[]): string {
  switch (condition.kind) {
    case 'and':
      return `(${condition.operands.map((operand) => tsqueryOf(operand, searchable)).join(' & ')})`;
    case 'or':
      return anyOf(condition.operands.map((operand) => tsqueryOf(operand, searchable)));
    case 'not':
      return `!${tsqueryOf(condition.operand, searchable)}`;
    case 'text':
      return freeText(condition.phrase, condition.properties ?? searchable);
    case 'near': {
      const { phrases, distance, ordered, properties = searchable } = condition;
      return anyOf([
        near(phrases.map(inContent), distance, ordered),
        ...properties.map((name) =>
          near(
            phrases.map((phrase) => inProperty(name, phrase)),
            distance,
            ordered,
          ),
        ),
      ]);
    }
    case 'contains':
      return inProperty(condition.property.toLowerCase(), condition.phrase);
    case 'equals': {
      const { property, text, prefix } = condition;
      return term(wholeTerm(property.toLowerCase(), prefix ? prefixKey(text) : wholeKey(text)), prefix);
    }
    case 'is':
      return term(wholeTerm(condition.property.toLowerCase(), String(condition.value)), false);
    case 'exists':
      return term(presentTerm(condition.property.toLowerCase()), false);
    default:
      throw new Error(`A condition of the kind ${condition.kind} is none on words.`);
  }
}
