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

/** What a page may hold at most, so that none is more than the server and its clients can carry. */
export interface PageBytes {
  readonly most: number;
  /** How many a row has, in the database's words. */
  readonly ofRow: string;
}

/**
 * Reads one page of what a query finds, by the options of the request.
 * @param query selects the rows that the caller may see; no order and no limit, and no join that multiplies rows. It is changed.
 * @param largest how many rows a page has at most, and without `$top` (contract, api.md section 6.5)
 * @param rowsOf reads the rows of a query
 * @param bytes ends a page before it has more; it has one row nevertheless
 */
export async function readPage<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  options: QueryOptions,
  model: QueryModel,
  largest: number,
  rowsOf: (query: SelectQueryBuilder<T>) => Promise<readonly T[]>,
  bytes?: PageBytes,
): Promise<Page<T>> {
  const { orderBy, after } = options;
  restrict(query, options, model);
  const count = options.count ? await query.clone().getCount() : undefined;

  let size = Math.min(options.top ?? largest, largest);
  if (size === 0) return { rows: [], count };
  if (after !== undefined) {
    const { sql, parameters } = keysetCondition(orderBy, after);
    query.andWhere(sql, parameters);
  }
  for (const { expression, direction } of orderTerms(orderBy)) query.addOrderBy(expression, direction);
  if (bytes !== undefined) size = await fitting(query.clone().limit(size).offset(options.skip), bytes);
  // One more than the page has tells whether another follows.
  const rows = await rowsOf(query.limit(size + 1).offset(options.skip));
  if (rows.length <= size) return { rows, count };
  const page = rows.slice(0, size);
  return { rows: page, count, skipToken: encodeSkipToken(orderBy, keyValues(orderBy, page.at(-1)!)) };
}

/** How many of the rows fit into a page; at least one. */
async function fitting<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  { most, ofRow }: PageBytes,
): Promise<number> {
  const rows = await query.select(ofRow, 'bytes').getRawMany<{ bytes: number }>();
  let fits = 0;
  for (let left = most; fits < rows.length; fits++) {
    left -= rows[fits]!.bytes;
    if (left < 0) break;
  }
  return Math.max(1, fits);
}
