import { setImmediate as turn } from 'node:timers/promises';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { encodeSkipToken, keysetCondition, keyValues } from './keyset.js';
import type { QueryModel } from './model.js';
import type { QueryOptions } from './options.js';
import { orderTerms } from './order-by.js';
import { searchCondition } from './search.js';

export interface Page<T> {
  readonly rows: readonly T[];
  /** With `$count=true`: of all pages. */
  readonly count?: number;
  /** While more rows follow. */
  readonly skipToken?: string;
  /** How many the rows have where they are stored, of collections whose rows may be large. */
  readonly bytes?: number;
}

export const isPage = (value: object): value is Page<object> => 'rows' in value;

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
 * How many bytes a page has at most, what it expands included, so that none is more than the server and its clients can
 * carry; of one row it may have more. No document has a number: it is that of the largest body.
 */
export const MOST_BYTES_OF_PAGE = 4_000_000;

/** How many bytes the columns of a row have together, in the words of both databases. */
export const bytesOf = (alias: string, columns: readonly string[]): string =>
  columns.map((column) => `COALESCE(octet_length(${alias}.${column}), 0)`).join(' + ');

/**
 * Reads one page of what a query finds, by the options of the request.
 * @param query selects the rows that the caller may see; no order and no limit, and no join that multiplies rows. It is changed.
 * @param largest how many rows a page has at most, and without `$top` (docs/contract/api.md#6.5)
 * @param rowsOf reads the rows of a query
 * @param bytesOfRow the size of a row (`bytesOf`), if rows may be large: a page ends before it exceeds
 * {@link MOST_BYTES_OF_PAGE}, but has at least one row
 */
export async function readPage<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  options: QueryOptions,
  model: QueryModel,
  largest: number,
  rowsOf: (query: SelectQueryBuilder<T>) => Promise<readonly T[]>,
  bytesOfRow?: string,
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
  query.offset(options.skip);
  if (bytesOfRow !== undefined)
    return { count, ...(await fittingPage(query, options, size, rowsOf, bytesOfRow)) };
  // One more than the page has tells whether another follows.
  const rows = await rowsOf(query.limit(size + 1));
  return ended({ rows: rows.slice(0, size), count }, options, rows.length > size);
}

async function fittingPage<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  options: QueryOptions,
  size: number,
  rowsOf: (query: SelectQueryBuilder<T>) => Promise<readonly T[]>,
  bytesOfRow: string,
): Promise<Page<T>> {
  for (;;) {
    const lengths = await query
      .clone()
      .select(bytesOfRow, 'bytes')
      .limit(size + 1)
      .getRawMany<{ bytes: number }>();
    const { fits, bytes } = fitting(lengths, size);
    const more = lengths.length > fits;
    // What would only tell of another page is not read: it may be large. Of the last page it is, since a row that was
    // added in between may have moved the last one out of the page.
    const read = fits === 0 ? [] : await rowsOf(query.clone().limit(more ? fits : fits + 1));
    const rows = read.slice(0, fits);
    if (bytes > LARGE_PAGE) await turn();
    // A row that was deleted in between may have been the last of the page, behind which the next goes on.
    if (!more || rows.length === fits) return ended({ rows, bytes }, options, more || read.length > fits);
  }
}

/** What takes time to read takes as much to write; others have a turn in between. */
const LARGE_PAGE = 65_536;

/** How many of the rows fit into a page, at least one, and how many bytes those have. */
function fitting(lengths: readonly { bytes: number }[], size: number): { fits: number; bytes: number } {
  let [fits, bytes] = [0, 0];
  for (const row of lengths.slice(0, size)) {
    if (fits > 0 && bytes + row.bytes > MOST_BYTES_OF_PAGE) break;
    bytes += row.bytes;
    fits++;
  }
  return { fits, bytes };
}

/** A page behind whose last row others follow, or none. */
function ended<T extends object>(page: Page<T>, { orderBy }: QueryOptions, more: boolean): Page<T> {
  const last = page.rows.at(-1);
  if (!more || last === undefined) return page;
  return { ...page, skipToken: encodeSkipToken(orderBy, keyValues(orderBy, last)) };
}

/** A row with what it expands, and how many bytes that has; nothing where the row was deleted meanwhile. */
export interface Expanded<Out> {
  readonly row: Out;
  readonly bytes: number;
}

/**
 * Adds to the rows of a page what they expand, one after the other, and ends the page as soon as it has enough: what
 * ten rows lead to may be ten times what can be carried.
 */
export async function expandedPage<T extends object, Out>(
  page: Page<T>,
  options: QueryOptions,
  expand: (row: T) => Promise<Expanded<Out> | undefined>,
): Promise<Page<Out>> {
  const rows: Out[] = [];
  let bytes = page.bytes ?? 0;
  let read = 0;
  for (const row of page.rows) {
    // On SQLite a read lets nobody else in before it ends.
    await turn();
    const expanded = await expand(row);
    if (expanded !== undefined) {
      // What does not fit any more is read again for the next page, as its first row, which always fits.
      if (rows.length > 0 && bytes + expanded.bytes > MOST_BYTES_OF_PAGE) break;
      rows.push(expanded.row);
      bytes += expanded.bytes;
    }
    read++;
  }
  if (read === page.rows.length) return { ...page, rows, bytes };
  const { skipToken } = ended({ rows: page.rows.slice(0, read) }, options, true);
  return { ...page, rows, bytes, skipToken };
}
