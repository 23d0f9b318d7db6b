import {
  aggregationFilterNotValid,
  searchPropertyNotSupported,
  searchRequestNotValid,
} from '../../graph/errors/catalogue/search.js';
import { quoteForMessage } from '../../graph/errors/quote-for-message.js';
import type { SchemaPropertyDto } from '../../schema/schema.dto.js';
import type { AggregationOptionDto } from '../dto/search-request.dto.js';
import type { IndexAggregation, IndexCollapse, IndexSort } from '../index/search-index.js';
import type { Condition } from '../kql/condition.js';
import { everyOf, NONE, someOf } from '../kql/conditions.js';
import type { Today } from '../kql/dates.js';
import type { KqlProperty } from '../kql/kql-schema.js';
import { bindRestriction } from '../kql/restriction.js';
import type { KqlNode } from '../kql/tree.js';
import type { SearchedConnection } from '../searched-connections.js';
import {
  type AggregationFilter,
  joinsProperties,
  readAggregationFilter,
  type Token,
  type WrittenRange,
} from './aggregation-tokens.js';
import { writtenRanges } from './buckets.js';
import type { ReadSearch } from './read-request.js';

type Operator = Extract<KqlNode, { readonly kind: 'restriction' }>['operator'];
type Use = Parameters<typeof searchPropertyNotSupported>[0];

const isRefinable = ({ isRefinable: refinable }: SchemaPropertyDto): boolean => refinable === true;
const isOrdered = (type: string): boolean => !type.startsWith('string') && !type.startsWith('principal');

/** The property that a connection means by a name: its own, an alias, or `label_` and a label. */
export function propertyOf(
  { names, schema }: SearchedConnection,
  name: string,
): SchemaPropertyDto | undefined {
  const found = names.find(name);
  return found === undefined ? undefined : schema.find((property) => property.name === found.name);
}

/**
 * The first property of this name that may be used so. There is nothing to check where no connection is searched.
 * @throws searchPropertyNotSupported
 */
function usable(
  connections: readonly SearchedConnection[],
  name: string,
  use: Use,
  needs: string,
  holds: (property: SchemaPropertyDto) => boolean,
): SchemaPropertyDto | undefined {
  for (const connection of connections) {
    const property = propertyOf(connection, name);
    if (property !== undefined && holds(property)) return property;
  }
  if (connections.length > 0) throw searchPropertyNotSupported(use, name, needs);
  return undefined;
}

/** What hits are sorted by (docs/contract/search.md#6). @throws searchPropertyNotSupported */
export const sortsOf = (
  connections: readonly SearchedConnection[],
  { sort }: Pick<ReadSearch, 'sort'>,
): IndexSort[] =>
  sort.flatMap(({ name, isDescending }) => {
    const property = usable(connections, name, 'sort', 'refinable', isRefinable)?.name;
    return property === undefined ? [] : [{ property, descending: isDescending === true }];
  });

/** What hits are collapsed by (docs/contract/search.md#2). @throws searchPropertyNotSupported */
export const collapsesOf = (
  connections: readonly SearchedConnection[],
  { collapse }: Pick<ReadSearch, 'collapse'>,
): IndexCollapse[] =>
  collapse.flatMap(({ fields, limit }) => {
    const properties = fields.flatMap(
      (field) =>
        usable(
          connections,
          field,
          'collapse',
          'queryable and refinable',
          (property) => isRefinable(property) && property.isQueryable === true,
        )?.name ?? [],
    );
    return properties.length === 0 ? [] : [{ properties, limit }];
  });

/** An aggregation, and the property that it counts; none if no connection is searched. */
export interface Aggregated {
  readonly option: AggregationOptionDto;
  readonly property?: SchemaPropertyDto;
  readonly index?: IndexAggregation;
}

/** What is counted (docs/contract/search.md#7). @throws searchPropertyNotSupported, searchRequestNotValid */
export const aggregatedBy = (
  connections: readonly SearchedConnection[],
  { aggregations }: Pick<ReadSearch, 'aggregations'>,
  today: Today,
): Aggregated[] =>
  aggregations.map((option) => {
    const property = usable(connections, option.field, 'aggregation', 'refinable', isRefinable);
    if (property === undefined) return { option };
    const ranges = writtenRanges(option);
    if (ranges.length === 0) {
      if (property.type.startsWith('dateTime'))
        throw searchRequestNotValid([
          `Aggregation for property '${quoteForMessage(option.field)}' is invalid: dates are counted by ranges alone.`,
        ]);
      return { option, property, index: { property: property.name } };
    }
    return {
      option,
      property,
      index: { property: property.name, ranges: ranges.map((range) => endsOf(range, property, today)) },
    };
  });

const restriction = (
  name: string,
  operator: Operator,
  value: string,
): Extract<KqlNode, { kind: 'restriction' }> => ({
  kind: 'restriction',
  name,
  operator,
  value,
  prefix: false,
});

const forQueries = ({ name, type, isExactMatchRequired }: SchemaPropertyDto): KqlProperty => ({
  name,
  type,
  isQueryable: true,
  isExactMatchRequired: isExactMatchRequired === true,
});

/** The ends of a range as the index compares them. @throws searchRequestNotValid */
function endsOf(
  range: WrittenRange,
  property: SchemaPropertyDto,
  today: Today,
): { from?: number | bigint; to?: number | bigint } {
  if (!isOrdered(property.type))
    throw searchRequestNotValid([
      `Aggregation for property '${property.name}' is invalid: it has ranges, and its type is ${property.type}.`,
    ]);
  const end = (text: string | undefined, side: 'from' | 'to'): number | bigint | undefined => {
    if (text === undefined) return undefined;
    const bound = bindRestriction(
      restriction(property.name, side === 'from' ? '>=' : '<', text),
      forQueries(property),
      today,
    );
    const value = typeof bound === 'object' && bound.kind === 'between' ? bound[side]?.value : undefined;
    if (value === undefined)
      throw searchRequestNotValid([
        `Aggregation range for property '${property.name}' is invalid: '${quoteForMessage(text)}' is no value of type ${property.type}.`,
      ]);
    return value;
  };
  return { from: end(range.from, 'from'), to: end(range.to, 'to') };
}

/** An aggregation filter that was read, or one by which nothing is found (docs/contract/search.md#7: observed). */
export type ReadFilter = AggregationFilter | 'nothing';

/** @throws aggregationFilterNotValid, searchPropertyNotSupported */
export const filtersOf = (
  connections: readonly SearchedConnection[],
  { aggregationFilters }: Pick<ReadSearch, 'aggregationFilters'>,
): ReadFilter[] =>
  aggregationFilters.map((text) => {
    if (joinsProperties(text)) return 'nothing';
    const filter = readAggregationFilter(text);
    if ('why' in filter) throw aggregationFilterNotValid(text, filter.why);
    usable(connections, filter.field, 'aggregation filter', 'refinable', isRefinable);
    return filter;
  });

/** What a filter means for one connection; nothing where its schema does not have the property. */
export function filterCondition(filter: ReadFilter, connection: SearchedConnection, today: Today): Condition {
  if (filter === 'nothing') return NONE;
  const property = propertyOf(connection, filter.field);
  if (property === undefined || !isRefinable(property)) return NONE;
  const conditions = filter.tokens.map((token) => tokenCondition(token, property, today));
  return filter.joinedBy === 'and' ? everyOf(conditions) : someOf(conditions);
}

function tokenCondition(token: Token, property: SchemaPropertyDto, today: Today): Condition {
  const bound = (operator: Operator, value: string): Condition => {
    const found = bindRestriction(restriction(property.name, operator, value), forQueries(property), today);
    return typeof found === 'string' ? NONE : found;
  };
  if ('text' in token) return bound('=', token.text);
  const { from, to, withoutFrom, withTo } = token.range;
  if (from === undefined && to === undefined) return { kind: 'exists', property: property.name };
  const [lower, upper] = [
    from === undefined ? undefined : bound(withoutFrom ? '>' : '>=', from),
    to === undefined ? undefined : bound(withTo ? '<=' : '<', to),
  ];
  // Both ends hold for one value, of a collection as well.
  if (lower?.kind === 'between' && upper?.kind === 'between')
    return { kind: 'between', property: property.name, from: lower.from, to: upper.to };
  return everyOf([lower, upper].filter((end) => end !== undefined));
}
