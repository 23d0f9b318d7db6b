import type { PropertyRuleDto } from '../../connections/dto/search-settings.dto.js';
import { instantOf } from '../../items/property-values.js';
import type { SchemaPropertyDto } from '../../schema/schema.dto.js';
import { folded } from '../words.js';

/** The values of an item, by the names of its schema. */
export type ItemValues = Readonly<Record<string, unknown>>;

type Comparison = (value: unknown, wanted: string, property: SchemaPropertyDto) => boolean;

const text = (value: unknown): string =>
  typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);

/** A value as what is smaller or larger than another: an instant, a number, or text. */
function comparable(value: unknown, { type }: SchemaPropertyDto): bigint | number | string | undefined {
  if (type.startsWith('dateTime')) return instantOf(text(value));
  if (!type.startsWith('int64') && !type.startsWith('double')) return folded(text(value));
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  const written = text(value).trim();
  if (/^[+-]?\d{1,20}$/.test(written)) return BigInt(written.replace('+', ''));
  const number = written === '' ? Number.NaN : Number(written);
  return Number.isFinite(number) ? number : undefined;
}

/** Both are of one kind, or one of them cannot be read. */
const compared =
  (holds: (a: bigint | number | string, b: bigint | number | string) => boolean): Comparison =>
  (value, wanted, property) => {
    const [a, b] = [comparable(value, property), comparable(wanted, property)];
    return a !== undefined && b !== undefined && holds(a, b);
  };

// eslint-disable-next-line eqeqeq -- an integer and a double of the same value are equal
const equals = compared((a, b) => (typeof a === typeof b ? a === b : a == b));
const contains: Comparison = (value, wanted) => folded(text(value)).includes(folded(wanted));

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  equals,
  contains,
  notEquals: equals,
  notContains: contains,
  lessThan: compared((a, b) => a < b),
  greaterThan: compared((a, b) => a > b),
  startsWith: (value, wanted) => folded(text(value)).startsWith(folded(wanted)),
};

const NEGATED = new Set(['notEquals', 'notContains']);

/**
 * Whether one rule of a result template holds for an item (docs/contract/api.md#1.3). Text has no case. Of a collection
 * one value suffices; of a negated operation no value may fit. `null` holds for an item without the property.
 */
export function ruleHolds(
  { property: name, operation, values, valuesJoinedBy }: PropertyRuleDto,
  item: ItemValues,
  schema: readonly SchemaPropertyDto[],
): boolean {
  const property = schema.find((candidate) => candidate.name.toLowerCase() === name.toLowerCase());
  const value = property === undefined ? undefined : item[property.name];
  const own = value === undefined ? [] : [value].flat();
  if (operation === 'null') return own.length === 0;
  const comparison = COMPARISONS[operation];
  if (property === undefined || comparison === undefined) return NEGATED.has(operation);
  const fits = (wanted: string): boolean =>
    own.some((one) => comparison(one, wanted, property)) !== NEGATED.has(operation);
  return valuesJoinedBy === 'and' ? values.every(fits) : values.some(fits);
}
