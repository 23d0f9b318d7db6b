import { queryOptionNotValid } from '../../errors/catalogue/query.js';
import { quoteForMessage } from '../../errors/quote-for-message.js';
import type { GraphVersion } from '../../http/request-context.js';
import { isScalar, propertyOf, type QueryModel, type ScalarProperty } from './model.js';

/** One column that rows are sorted by. */
export interface SortKey {
  readonly column: string;
  readonly valueIn?: (row: object) => string;
  readonly kind: ScalarProperty['kind'];
  readonly nullable: boolean;
  readonly descending: boolean;
}

/** For `addOrderBy`. */
export interface OrderTerm {
  readonly expression: string;
  readonly direction: 'ASC' | 'DESC';
}

const BLANKS = /[ \t]+/;

/**
 * The order that a `$orderby` asks for, made complete by the model's key; without a text, the key's alone. A property
 * that is named again adds nothing (OData 4.01 part 1, section 11.2.6.2).
 * @throws queryOptionNotValid, queryPropertyNotFound
 */
export function parseOrderBy(text: string | undefined, model: QueryModel, version: GraphVersion): SortKey[] {
  const keys = new Map<string, SortKey>();
  for (const item of text?.split(',') ?? []) {
    const [path = '', direction = 'asc', ...rest] = item.trim().split(BLANKS);
    if (path === '' || !/^(asc|desc)$/i.test(direction) || rest.length > 0)
      throw queryOptionNotValid(
        `The $orderby query option takes properties, each with asc or desc, separated by commas; '${quoteForMessage(item)}' is none.`,
      );
    const property = propertyOf(model, path, version);
    if (!isScalar(property) || property.sortable === false)
      throw queryOptionNotValid(`The property '${path}' cannot be used in the $orderby query option.`);
    if (!keys.has(property.column))
      keys.set(property.column, keyOf(property, direction.toLowerCase() === 'desc'));
  }
  const sorted = [...keys.values()];
  if (model.key === undefined) return sorted;
  const last = keyProperty(model, model.key);
  const complete = sorted.findIndex(({ column }) => column === last.column);
  // Properties after a unique key do not change the order.
  return complete === -1 ? [...sorted, keyOf(last, false)] : sorted.slice(0, complete + 1);
}

/** Null is lower than every value, on every database (OData 4.01 part 1, section 11.2.6.2). */
export function orderTerms(keys: readonly SortKey[]): OrderTerm[] {
  return keys.flatMap(({ column, nullable, descending }) => {
    const direction = descending ? 'DESC' : 'ASC';
    const nulls = { expression: `CASE WHEN ${column} IS NULL THEN 0 ELSE 1 END`, direction } as const;
    return [...(nullable ? [nulls] : []), { expression: column, direction }];
  });
}

function keyOf({ column, valueIn, kind, nullable }: ScalarProperty, descending: boolean): SortKey {
  return { column, valueIn, kind, nullable: nullable ?? true, descending };
}

function keyProperty(model: QueryModel, key: string): ScalarProperty {
  const property = model.properties[key];
  if (property === undefined || !isScalar(property))
    throw new Error(`${model.typeName} has no key '${key}'.`);
  return { ...property, nullable: false };
}
