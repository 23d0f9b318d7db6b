import type { EntityManager } from 'typeorm';
import { select } from '../../../database/statement.js';
import { parseExactly } from '../../../graph/http/exact-json.js';
import { MOST_AGGREGATED, MOST_CANDIDATES, MOST_COUNTED } from '../bounds.js';
import { instantsOf } from '../document.js';
import { addScores, collapsed, type Ranked, ranked, type Shown } from '../ranking.js';
import {
  type IndexAggregation,
  type IndexAnswer,
  type IndexHit,
  type IndexQuery,
  MOST_BUCKETS,
} from '../search-index.js';
import {
  isDate,
  keyOf,
  Parameters,
  type SearchedScopes,
  searchedScopes,
  textQuery,
  weightedMatches,
} from './scope-sql.js';

type Bucket = IndexAnswer['aggregations'][number][number];
type Build = (scopes: SearchedScopes, parameters: Parameters) => string;

/** Brings a rank of PostgreSQL, which is of 0 to 1, near to those of FTS5. */
const RANK_SCALE = 10;

/** One search of the table, on a connection that reads at one moment. */
export class PostgresSearcher {
  constructor(
    private readonly manager: EntityManager,
    private readonly query: IndexQuery,
  ) {}

  async search(): Promise<IndexAnswer> {
    const { scopes, aggregations } = this.query;
    if (searchedScopes(scopes, new Parameters()) === undefined)
      return { total: 0, hits: [], aggregations: aggregations.map(() => []) };
    // Without an order, PostgreSQL reads what the index finds, and not the table from its end.
    const some = await this.ids(
      ({ where }) => `SELECT d."id" ${FROM} WHERE ${where} LIMIT ${MOST_COUNTED + 1}`,
    );
    const all = some.length <= MOST_COUNTED ? some : undefined;
    const hits = await this.page(all);
    const buckets: (readonly Bucket[])[] = [];
    for (const aggregation of aggregations) buckets.push(await this.buckets(aggregation, all));
    return { total: some.length, hits, aggregations: buckets };
  }

  private async page(all: readonly number[] | undefined): Promise<IndexHit[]> {
    const { from, size, collapse, sort } = this.query;
    if (size === 0 || all?.length === 0) return [];
    const wanted = collapse.length > 0 ? Math.max(from + size, MOST_COUNTED) : from + size;
    const inOrder =
      sort.length > 0
        ? (await this.sorted(wanted)).map((id) => ({ id, score: 0 }))
        : await this.byRelevance(all, wanted);
    const values = collapse.length > 0 ? await this.values(inOrder.map(({ id }) => id)) : new Map();
    const shown = collapsed(inOrder, collapse, (id, { properties }) =>
      JSON.stringify(
        properties.map((name) => (values.get(id) as Values | undefined)?.[name.toLowerCase()] ?? null),
      ),
    );
    return this.hits(shown.slice(from, from + size));
  }

  private newest(
    limit: number,
    where?: (scopes: SearchedScopes, parameters: Parameters) => string,
  ): Promise<number[]> {
    return this.ids((scopes, parameters) => {
      const matches = where === undefined ? scopes.where : where(scopes, parameters);
      return `SELECT d."id" ${FROM} WHERE ${matches} ORDER BY d."id" DESC LIMIT ${parameters.add(limit, 'integer')}`;
    });
  }

  private async byRelevance(all: readonly number[] | undefined, wanted: number): Promise<Ranked[]> {
    const { phrases } = this.query;
    const candidates = all ?? (await this.newest(phrases.length > 0 ? MOST_CANDIDATES : wanted));
    const scores = new Map(candidates.map((id) => [id, 0]));
    if (phrases.length > 0) await this.score(scores, all);
    const best = ranked(scores);
    if (all !== undefined || best.length >= wanted) return best;
    const rest = (await this.newest(wanted + best.length)).filter((id) => !scores.has(id));
    return [...best, ...rest.map((id) => ({ id, score: 0 }))];
  }

  private async score(scores: Map<number, number>, all: readonly number[] | undefined): Promise<void> {
    const { phrases } = this.query;
    for (const phrase of phrases) {
      const weights = weightedMatches(this.scopes(new Parameters()), phrase, new Parameters());
      for (const [index, { weight }] of weights.entries()) {
        const where: Build = (scopes, parameters) =>
          weightedMatches(scopes, phrase, parameters)[index]!.where;
        const heavy = await (all === undefined
          ? this.newest(MOST_CANDIDATES, where)
          : this.ids((scopes, parameters) => `SELECT d."id" ${FROM} WHERE ${where(scopes, parameters)}`));
        if (all === undefined) for (const id of heavy) scores.set(id, scores.get(id) ?? 0);
        addScores(scores, heavy, weight / phrases.length);
      }
    }
    const parameters = new Parameters();
    const query = parameters.add(textQuery(this.scopes(new Parameters()), phrases), 'tsquery');
    const ids = parameters.add([...scores.keys()], 'bigint[]');
    const sql = `SELECT d."id", ts_rank(d."words", ${query}) ${FROM} WHERE d."id" = ANY(${ids})`;
    const { rows } = await select(this.manager, sql, parameters.values, 'planned');
    for (const [id, rank] of rows) addScores(scores, [Number(id)], Number(rank) * RANK_SCALE);
  }

  /** Items without a value come last, whatever the order is; of equals, the newest comes first. */
  private sorted(limit: number): Promise<number[]> {
    return this.ids((scopes, parameters) => {
      const keys = this.query.sort.map(({ property, descending }) => {
        const value = `(d."values"->'${this.comparedKey(scopes, property)}'->0)`;
        const order = `${descending ? 'DESC' : 'ASC'} NULLS ${descending ? 'FIRST' : 'LAST'}`;
        // Numbers come before texts, as they do in SQLite.
        return `${value} IS NULL, ${numberOf(value)} ${order}, (${value} #>> '{}') COLLATE "C" ${order}`;
      });
      return `SELECT d."id" ${FROM} WHERE ${scopes.where}
        ORDER BY ${keys.join(', ')}, d."id" DESC LIMIT ${parameters.add(limit, 'integer')}`;
    });
  }

  private async buckets(
    { property, ranges }: IndexAggregation,
    all: readonly number[] | undefined,
  ): Promise<Bucket[]> {
    const matches = ({ where }: SearchedScopes, parameters: Parameters): string =>
      all === undefined
        ? `SELECT d."id", d."values" ${FROM} WHERE ${where} LIMIT ${MOST_AGGREGATED}`
        : `SELECT d."id", d."values" ${FROM} WHERE d."id" = ANY(${parameters.add(all, 'bigint[]')})`;
    if (ranges === undefined) {
      const rows = await this.rows((scopes, parameters) => {
        const key = keyOf(property.toLowerCase());
        return `WITH "m" AS MATERIALIZED (${matches(scopes, parameters)})
          SELECT v::text, count(DISTINCT "m"."id") ${fromValues(key)}
          GROUP BY v ORDER BY 2 DESC, ${numberOf('v')}, (v #>> '{}') COLLATE "C" LIMIT ${MOST_BUCKETS}`;
      });
      return rows.map(([value, count]) => ({
        key: bucketKey(parseExactly(value as string)),
        count: Number(count),
      }));
    }
    const rows = await this.rows((scopes, parameters) => {
      const key = this.comparedKey(scopes, property);
      const counts = ranges.map(({ from, to }) => {
        const ends = [
          ...(from === undefined ? [] : [`"n" >= ${parameters.add(from, 'numeric')}`]),
          ...(to === undefined ? [] : [`"n" < ${parameters.add(to, 'numeric')}`]),
        ];
        return `count(DISTINCT "id") FILTER (WHERE ${['"n" IS NOT NULL', ...ends].join(' AND ')})`;
      });
      return `WITH "m" AS MATERIALIZED (${matches(scopes, parameters)}),
        "numbers" AS (SELECT "m"."id", ${numberOf('v')} AS "n" ${fromValues(key)})
        SELECT ${counts.join(', ')} FROM "numbers"`;
    });
    return ranges.map((_, index) => ({ key: index, count: Number(rows[0]?.[index] ?? 0) }));
  }

  private comparedKey({ connections }: SearchedScopes, property: string): string {
    const name = property.toLowerCase();
    return keyOf(connections.some(({ fields }) => isDate(fields, name)) ? instantsOf(name) : name);
  }

  private async values(ids: readonly number[]): Promise<Map<number, Values>> {
    const sql = `SELECT d."id", d."values"::text ${FROM} WHERE d."id" = ANY($1::bigint[])`;
    const { rows } = await select(this.manager, sql, [ids]);
    return new Map(rows.map(([id, values]) => [Number(id), JSON.parse(values as string) as Values]));
  }

  private async hits(shown: readonly Shown[]): Promise<IndexHit[]> {
    const sql = `SELECT d."id", d."connectionKey", d."itemId" ${FROM} WHERE d."id" = ANY($1::bigint[])`;
    const { rows } = await select(this.manager, sql, [shown.map(({ id }) => id)]);
    const byId = new Map(rows.map(([id, connectionKey, itemId]) => [Number(id), { connectionKey, itemId }]));
    return shown.map(({ id, score, collapsed: isCollapsed }) => {
      const item = byId.get(id) as { connectionKey: string; itemId: string };
      return { ...item, score, ...(isCollapsed === undefined ? {} : { collapsed: isCollapsed }) };
    });
  }

  private scopes(parameters: Parameters): SearchedScopes {
    return searchedScopes(this.query.scopes, parameters)!;
  }

  private async rows(build: Build): Promise<readonly (readonly unknown[])[]> {
    const parameters = new Parameters();
    const sql = build(this.scopes(parameters), parameters);
    const used = parameters.used(sql);
    return (await select(this.manager, used.sql, used.values, 'planned')).rows;
  }

  private async ids(build: Build): Promise<number[]> {
    return (await this.rows(build)).map(([id]) => Number(id));
  }
}

type Values = Readonly<Record<string, unknown>>;

const FROM = 'FROM "search_document" d';

/** The values of a property of the matches, which are `m`. */
const fromValues = (key: string): string =>
  `FROM "m", jsonb_array_elements("m"."values"->'${key}') "element"("v")`;

const numberOf = (value: string): string =>
  `CASE WHEN jsonb_typeof(${value}) = 'number' THEN (${value} #>> '{}')::numeric END`;

const bucketKey = (value: unknown): string | number | bigint =>
  typeof value === 'boolean' ? String(value) : (value as string | number | bigint);
