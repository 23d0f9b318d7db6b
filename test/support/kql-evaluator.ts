import type { SchemaPropertyDto } from '../../src/schema/dto/schema.dto.js';
import { textOfHtml } from '../../src/search/html.js';
import type { Condition } from '../../src/search/kql/condition.js';
import type { Phrase } from '../../src/search/kql/tree.js';
import { ticksOf } from '../../src/search/ticks.js';
import { folded, wordsOf } from '../../src/search/words.js';

/** An item as far as a query looks at it. */
export interface EvaluatedItem {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly content?: { readonly type: string; readonly value?: string | null } | null | undefined;
}

type Schema = readonly Pick<SchemaPropertyDto, 'name' | 'type' | 'isSearchable'>[];

/** Whether an item matches: the plainest reading of a condition, which the indexes are compared with (docs/contract/kql.md#7). */
export function matches(condition: Condition, item: EvaluatedItem, schema: Schema): boolean {
  const again = (operand: Condition): boolean => matches(operand, item, schema);
  switch (condition.kind) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'and':
      return condition.operands.every(again);
    case 'or':
      return condition.operands.some(again);
    case 'not':
      return !again(condition.operand);
    case 'text':
      return searchedTexts(item, schema).some((text) => placesOf(condition.phrase, text).length > 0);
    case 'near':
      return searchedTexts(item, schema).some((text) => isNear(condition, text));
    case 'contains':
      return textsOf(item, condition.property).some((text) => placesOf(condition.phrase, text).length > 0);
    case 'equals':
      return textsOf(item, condition.property)
        .map(folded)
        .some((text) => (condition.prefix ? text.startsWith(condition.text) : text === condition.text));
    case 'between':
      return valuesOf(item, condition.property).some((value) => isBetween(condition, comparable(value)));
    case 'is':
      return valuesOf(item, condition.property).includes(condition.value);
    case 'exists':
      return valuesOf(item, condition.property).length > 0;
  }
}

/** First word and last word. */
type Place = readonly [number, number];

function placesOf({ words, prefix }: Phrase, text: string): Place[] {
  const all = wordsOf(text);
  const places: Place[] = [];
  for (let start = 0; start + words.length <= all.length; start++) {
    const isHere = words.every((word, index) => {
      const found = all[start + index]!;
      return prefix && index === words.length - 1 ? found.startsWith(word) : found === word;
    });
    if (isHere) places.push([start, start + words.length - 1]);
  }
  return places;
}

function isNear(
  { phrases, distance, ordered }: Extract<Condition, { readonly kind: 'near' }>,
  text: string,
): boolean {
  const [left, right] = phrases.map((phrase) => placesOf(phrase, text)) as [Place[], Place[]];
  const isBefore = ([, end]: Place, [start]: Place): boolean => start > end && start - end - 1 <= distance;
  return left.some((one) =>
    right.some((other) => isBefore(one, other) || (!ordered && isBefore(other, one))),
  );
}

function isBetween(
  { from, to }: Extract<Condition, { readonly kind: 'between' }>,
  value: number | bigint | undefined,
): boolean {
  if (value === undefined) return false;
  if (from !== undefined && !(from.inclusive ? value >= from.value : value > from.value)) return false;
  return to === undefined || (to.inclusive ? value <= to.value : value < to.value);
}

const comparable = (value: unknown): number | bigint | undefined =>
  typeof value === 'string'
    ? ticksOf(value)
    : typeof value === 'number' || typeof value === 'bigint'
      ? value
      : undefined;

function valuesOf(item: EvaluatedItem, property: string): readonly unknown[] {
  const value = item.properties[property];
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}

/** Strings; of a principal those of its members. */
const textsOf = (item: EvaluatedItem, property: string): string[] =>
  valuesOf(item, property).flatMap((value) =>
    (typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([name, text]) => (name.includes('@') ? [] : [text as unknown]))
      : [value]
    ).filter((text) => typeof text === 'string'),
  );

function searchedTexts(item: EvaluatedItem, schema: Schema): string[] {
  const { type, value } = item.content ?? {};
  const content = value === undefined || value === null ? [] : [type === 'html' ? textOfHtml(value) : value];
  const searched = schema.filter(({ isSearchable }) => isSearchable === true);
  return [...content, ...searched.flatMap(({ name }) => textsOf(item, name))];
}
