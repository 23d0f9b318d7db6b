import { setImmediate as turn } from 'node:timers/promises';
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { encodeSkipToken, keysetCondition, keyValues } from './keyset.js';
import { inTurns, type Steps } from '../../turns.js';
import type { QueryModel } from './model.js';
import type { QueryOptions } from './options.js';
import { orderTerms } from './order-by.js';
import { searchCondition } from './search.js';
import { inWordsOf, type SqlFragment, type SqlValue, TRUE } from './sql.js';

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

/** How the rows of a query are read; the database layer knows. */
export interface Reading {
  readonly rowsOf: <T extends ObjectLiteral>(query: SelectQueryBuilder<T>) => Promise<readonly T[]>;
  /** The same one by one, where the process would stand still while the database looks for them; undefined elsewhere. */
  readonly scan: (query: SelectQueryBuilder<ObjectLiteral>) => Iterable<readonly unknown[]> | undefined;
}

/** What a row must be by the `$filter` and the `$search` of the request. */
function conditionOf(
  query: SelectQueryBuilder<ObjectLiteral>,
  { filter, search }: QueryOptions,
  model: QueryModel,
): SqlFragment {
  const found = search === undefined ? undefined : searchCondition(search, model.searched ?? []);
  const conditions = [filter, found].filter((condition) => condition !== undefined);
  return {
    sql: inWordsOf(query.dataSource.options.type, conditions.map(({ sql }) => sql).join(' AND ') || TRUE),
    parameters: Object.assign(
      {},
      ...conditions.map(({ parameters }) => parameters),
    ) as SqlFragment['parameters'],
  };
}

/** How many rows a query finds, by the `$filter` and the `$search` of the request. The query is changed. */
export async function countRows<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  options: QueryOptions,
  model: QueryModel,
  { scan }: Reading,
): Promise<number> {
  const condition = conditionOf(query, options, model);
  const rows = scan(query.clone().select(TRUE).addSelect(condition.sql).setParameters(condition.parameters));
  if (rows !== undefined) return (await inTurns(look(rows, 0, 0, true))).count;
  return query.andWhere(condition.sql, condition.parameters).getCount();
}

/** What was found by looking at rows one by one. */
interface Found {
  readonly keys: readonly SqlValue[];
  readonly count: number;
}

/**
 * @param rows the key of each, whether it is one that is asked for, and whether it follows the page before
 * @param most how many keys are wanted, behind the first `skip`
 * @param all whether all rows are to be counted
 */
function* look(rows: Iterable<readonly unknown[]>, most: number, skip: number, all: boolean): Steps<Found> {
  const keys: SqlValue[] = [];
  let count = 0;
  let skipped = 0;
  for (const [key, isFound, follows] of rows) {
    if (isFound === 1) {
      count++;
      if (follows === 1 && skipped++ >= skip && keys.length < most) keys.push(key as SqlValue);
      if (!all && keys.length === most) break;
    }
    yield;
  }
  return { keys, count };
}

/**
 * The keys of the rows of a page and of the one behind it, and the count if it is asked for, found by looking at every row
 * until there are enough. Undefined where the database finds them beside the process, and where there is nothing to look for.
 */
async function found(
  query: SelectQueryBuilder<ObjectLiteral>,
  options: QueryOptions,
  condition: SqlFragment,
  most: number,
  scan: Reading['scan'],
): Promise<Found | undefined> {
  const { orderBy, after, skip = 0, count, filter, search } = options;
  if (filter === undefined && search === undefined && skip === 0 && !count) return undefined;
  const keyset = after === undefined ? undefined : keysetCondition(orderBy, after);
  const looking = query
    .clone()
    .select(orderBy.at(-1)!.column)
    .addSelect(condition.sql)
    .addSelect(count && keyset !== undefined ? keyset.sql : TRUE)
    .setParameters({ ...condition.parameters, ...keyset?.parameters });
  if (!count && keyset !== undefined) looking.andWhere(keyset.sql);
  for (const { expression, direction } of orderTerms(orderBy)) looking.addOrderBy(expression, direction);
  const rows = scan(looking);
  return rows && (await inTurns(look(rows, most, skip, count)));
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
 * @param reading how rows are read
 * @param bytesOfRow the size of a row (`bytesOf`), if rows may be large: a page ends before it exceeds
 * {@link MOST_BYTES_OF_PAGE}, but has at least one row
 */
export async function readPage<T extends ObjectLiteral>(
  query: SelectQueryBuilder<T>,
  options: QueryOptions,
  model: QueryModel,
  largest: number,
  { rowsOf, scan }: Reading,
  bytesOfRow?: string,
): Promise<Page<T>> {
  const { orderBy, after } = options;
  const size = Math.min(options.top ?? largest, largest);
  const condition = conditionOf(query, options, model);
  const seen = await found(query, options, condition, size === 0 ? 0 : size + 1, scan);
  if (seen === undefined) query.andWhere(condition.sql, condition.parameters);
  const count = options.count ? (seen?.count ?? (await query.clone().getCount())) : undefined;

  if (size === 0 || seen?.keys.length === 0) return { rows: [], count };
  if (seen !== undefined) query.andWhere(`${orderBy.at(-1)!.column} IN (:...seen)`, { seen: seen.keys });
  else if (after !== undefined) {
    const { sql, parameters } = keysetCondition(orderBy, after);
    query.andWhere(sql, parameters);
  }
  for (const { expression, direction } of orderTerms(orderBy)) query.addOrderBy(expression, direction);
  if (seen === undefined) query.offset(options.skip);
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
  rowsOf: Reading['rowsOf'],
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
