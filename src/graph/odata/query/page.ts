import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { keysetCondition, keyValues } from './keyset.js';
import type { QueryModel } from './model.js';
import type { QueryOptions } from './options.js';
import { orderTerms } from './order-by.js';
import { searchCondition } from './search.js';
import { encodeSkipToken } from './skip-token.js';

export interface Page<T> {
  readonly rows: readonly T[];
  /** With `$count=true`: of all pages. */
  readonly count?: number;
  /** While more rows follow. */
  readonly skipToken?: string;
}

function restrict<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  { filter, search }: QueryOptions,
  model: QueryModel,
): void {
  const found = search === undefined ? undefined : searchCondition(search, model.searched ?? []);
  for (const condition of [filter, found])
    if (condition !== undefined) query.andWhere(condition.sql, condition.parameters);
}

/** How many rows a query finds, by the `$filter` and the `$search` of the request. The query is changed. */
export function countRows<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  options: QueryOptions,
  model: QueryModel,
): Promise<number> {
  restrict(query, options, model);
  return query.getCount();
}

/**
 * Reads one page of what a query finds, by the options of the request.
 * @param query selects the rows that the caller may see; no order and no limit, and no join that multiplies rows. It is changed.
 * @param largest how many rows a page has at most, and without `$top` (contract, api.md section 6.5)
 * @param rowsOf reads the rows of a query
 */
export async function readPage<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  options: QueryOptions,
  model: QueryModel,
  largest: number,
  rowsOf: (query: SelectQueryBuilder<T>) => Promise<readonly T[]>,
): Promise<Page<T>> {
  const { orderBy, after } = options;
  restrict(query, options, model);
  const count = options.count ? await query.clone().getCount() : undefined;

  const size = Math.min(options.top ?? largest, largest);
  if (size === 0) return { rows: [], count };
  if (after !== undefined) {
    const { sql, parameters } = keysetCondition(orderBy, after);
    query.andWhere(sql, parameters);
  }
  for (const { expression, direction } of orderTerms(orderBy)) query.addOrderBy(expression, direction);
  // One more than the page has tells whether another follows.
  const rows = await rowsOf(query.limit(size + 1).offset(options.skip));
  if (rows.length <= size) return { rows, count };
  const page = rows.slice(0, size);
  return { rows: page, count, skipToken: encodeSkipToken(orderBy, keyValues(orderBy, page.at(-1)!)) };
}
