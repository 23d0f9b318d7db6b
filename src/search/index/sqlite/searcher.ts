import type Sqlite from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import { MOST_AGGREGATED, MOST_CANDIDATES, MOST_COUNTED, MOST_SCORED } from '../bounds.js';
import { instantsOf } from '../document.js';
import { addScores, collapsed, type Ranked, ranked, type Shown } from '../ranking.js';
import {
  type IndexAggregation,
  type IndexAnswer,
  type IndexHit,
  type IndexQuery,
  type IndexSort,
  MOST_BUCKETS,
} from '../search-index.js';
import {
  isDate,
  pathOf,
  type SearchedScopes,
  searchedScopes,
  textMatch,
  weightedMatches,
} from './scope-query.js';

type Bucket = IndexAnswer['aggregations'][number][number];
type Parameter = string | number | bigint;

/** Searches the index file, on the connection of the thread that only reads. */
export class Searcher {
  private readonly prepared = new LRUCache<string, Sqlite.Statement<Parameter[], number>>({ max: 100 });

  constructor(private readonly file: Sqlite.Database) {}

  /** Everything is read at one moment. */
  search(query: IndexQuery): IndexAnswer {
    this.file.exec('BEGIN');
    try {
      const scopes = searchedScopes(this.file, query.scopes);
      if (scopes === undefined) return { total: 0, hits: [], aggregations: query.aggregations.map(() => []) };
      const newest = this.newest(scopes, MOST_COUNTED + 1);
      return {
        total: newest.length,
        hits: this.page(scopes, query, newest),
        aggregations: query.aggregations.map((aggregation) => this.buckets(scopes, aggregation)),
      };
    } finally {
      this.file.exec('ROLLBACK');
    }
  }

  /** The ids of the newest matches, the newest first. */
  private newest({ match, where, parameters }: SearchedScopes, limit: number): number[] {
    const sql = `${matching(where)} ORDER BY w.rowid DESC LIMIT ?`;
    return this.ids(`SELECT w.rowid ${sql}`, match, ...parameters, limit);
  }

  private page(scopes: SearchedScopes, query: IndexQuery, newest: readonly number[]): IndexHit[] {
    const { from, size, collapse } = query;
    if (size === 0 || newest.length === 0) return [];
    const wanted = collapse.length > 0 ? Math.max(from + size, MOST_COUNTED) : from + size;
    const inOrder =
      query.sort.length > 0
        ? this.sorted(scopes, query.sort, wanted).map((id) => ({ id, score: 0 }))
        : this.byRelevance(scopes, query, newest, wanted);
    const values = this.values(collapse.length > 0 ? inOrder.map(({ id }) => id) : []);
    const shown = collapsed(inOrder, collapse, (id, { properties }) =>
      JSON.stringify(properties.map((name) => values.get(id)?.[name.toLowerCase()] ?? null)),
    );
    return this.hits(shown.slice(from, from + size));
  }

  private byRelevance(
    scopes: SearchedScopes,
    { phrases }: IndexQuery,
    newest: readonly number[],
    wanted: number,
  ): Ranked[] {
    const all = newest.length <= MOST_COUNTED;
    const scores = new Map<number, number>();
    for (const id of all || phrases.length === 0 ? newest : newest.slice(0, MOST_CANDIDATES))
      scores.set(id, 0);
    if (phrases.length > 0) this.score(scores, scopes, phrases, all);
    const best = ranked(scores);
    if (all || best.length >= wanted) return best;
    const rest = this.newest(scopes, wanted + best.length).filter((id) => !scores.has(id));
    return [...best, ...rest.map((id) => ({ id, score: 0 }))];
  }

  /** @param all whether the scores have every match; otherwise those with a phrase where it weighs more are added */
  private score(
    scores: Map<number, number>,
    scopes: SearchedScopes,
    phrases: IndexQuery['phrases'],
    all: boolean,
  ): void {
    for (const phrase of phrases)
      for (const { weight, match } of weightedMatches(scopes, phrase, !all)) {
        // Among all matches, whatever else has the words does not count.
        const heavy = all
          ? this.ids(`SELECT w.rowid ${matching('')} ORDER BY w.rowid DESC LIMIT ?`, match, MOST_SCORED)
          : this.newest({ ...scopes, match }, MOST_CANDIDATES);
        if (!all) for (const id of heavy) scores.set(id, scores.get(id) ?? 0);
        addScores(scores, heavy, weight / phrases.length);
      }
    if (!all) return;
    const text = textMatch(scopes, phrases);
    const most = 'SELECT count(*) FROM (SELECT 1 FROM "words" WHERE "words" MATCH ? LIMIT ?)';
    if (this.ids(most, text, MOST_SCORED + 1)[0]! > MOST_SCORED) return;
    // By FTS5's own formula; a plus keeps SQLite from looking for each row of the list by itself.
    const found = this.file
      .prepare<[string, string], [number, number]>(
        `SELECT rowid, -bm25("words", 0, 1, 1) FROM "words"
         WHERE "words" MATCH ? AND +rowid IN (SELECT "value" FROM json_each(?))`,
      )
      .raw()
      .all(text, JSON.stringify([...scores.keys()]));
    for (const [id, score] of found) addScores(scores, [id], score);
  }

  /** Items without a value come last, whatever the order is; of equals, the newest comes first. */
  private sorted(scopes: SearchedScopes, sort: readonly IndexSort[], limit: number): number[] {
    const keys = sort.map(({ property, descending }) => {
      const key = `json_extract(d."values", ${this.valuesPath(scopes, property, '[0]')})`;
      return `${key} IS NULL, ${key} ${descending ? 'DESC' : 'ASC'}`;
    });
    return this.ids(
      `SELECT w.rowid ${matching(scopes.where, true)} ORDER BY ${keys.join(', ')}, w.rowid DESC LIMIT ?`,
      scopes.match,
      ...scopes.parameters,
      limit,
    );
  }

  private buckets(scopes: SearchedScopes, { property, ranges }: IndexAggregation): Bucket[] {
    const { match, where, parameters } = scopes;
    const matches = `"m"("id") AS (SELECT w.rowid ${matching(where)} ORDER BY w.rowid DESC LIMIT ${MOST_AGGREGATED})`;
    if (ranges === undefined) {
      const rows = this.file
        .prepare<Parameter[], [string | bigint | number, bigint, string]>(
          `WITH ${matches} SELECT v."value", count(DISTINCT "m"."id") AS "n", v."type"
           ${fromValues(pathOf(property.toLowerCase()))} GROUP BY v."value" ORDER BY "n" DESC, v."value" LIMIT ${MOST_BUCKETS}`,
        )
        .raw()
        .safeIntegers()
        .all(match, ...parameters);
      return rows.map(([value, count, type]) => ({ key: keyOf(value, type), count: Number(count) }));
    }
    return ranges.map(({ from, to }, index) => {
      const ends = [
        ...(from === undefined ? [] : [{ sql: ' AND v."value" >= ?', value: from }]),
        ...(to === undefined ? [] : [{ sql: ' AND v."value" < ?', value: to }]),
      ];
      const sql = `WITH ${matches} SELECT count(DISTINCT "m"."id") ${fromValues(this.valuesPath(scopes, property))}
        WHERE v."type" IN ('integer', 'real')${ends.map((end) => end.sql).join('')}`;
      return {
        key: index,
        count: this.ids(sql, match, ...parameters, ...ends.map(({ value }) => value))[0]!,
      };
    });
  }

  /** Where the values of a property stand by which it is compared. */
  private valuesPath({ connections }: SearchedScopes, property: string, element = ''): string {
    const name = property.toLowerCase();
    const compared = connections.some(({ fields }) => isDate(fields, name)) ? instantsOf(name) : name;
    return pathOf(compared).replace(/'$/, `${element}'`);
  }

  private values(ids: readonly number[]): Map<number, Record<string, unknown>> {
    if (ids.length === 0) return new Map();
    const rows = this.file
      .prepare<[string], [number, string]>(
        'SELECT "id", "values" FROM "document" WHERE "id" IN (SELECT "value" FROM json_each(?))',
      )
      .raw()
      .all(JSON.stringify(ids));
    return new Map(rows.map(([id, values]) => [id, JSON.parse(values) as Record<string, unknown>]));
  }

  private hits(shown: readonly Shown[]): IndexHit[] {
    const find = this.file.prepare<[number], { connectionKey: string; itemId: string }>(
      `SELECT c."key" AS "connectionKey", d."itemId" FROM "document" d
       JOIN "connection" c ON c."number" = d."connection" WHERE d."id" = ?`,
    );
    return shown.map(({ id, score, collapsed: isCollapsed }) => {
      const { connectionKey, itemId } = find.get(id)!;
      return {
        connectionKey,
        itemId,
        score,
        ...(isCollapsed === undefined ? {} : { collapsed: isCollapsed }),
      };
    });
  }

  private ids(sql: string, ...parameters: readonly Parameter[]): number[] {
    let statement = this.prepared.get(sql);
    if (statement === undefined)
      this.prepared.set(sql, (statement = this.file.prepare<Parameter[], number>(sql).pluck()));
    return statement.all(...parameters);
  }
}

/** The values of a property of the matches, which are `m`. */
const fromValues = (path: string): string =>
  `FROM "m" CROSS JOIN "document" d ON d."id" = "m"."id" CROSS JOIN json_each(d."values", ${path}) v`;

const matching = (where: string, withDocument = where !== ''): string =>
  `FROM "words" w ${withDocument ? 'CROSS JOIN "document" d ON d."id" = w.rowid' : ''} WHERE w."words" MATCH ? ${where}`;

function keyOf(value: string | number | bigint, type: string): string | number | bigint {
  if (type === 'true' || type === 'false') return type;
  if (typeof value !== 'bigint') return value;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
