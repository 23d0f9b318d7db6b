import type { Condition } from '../kql/condition.js';
import type { Phrase } from '../kql/tree.js';

/** One connection to be searched: what its items must match, and who the user is to their access control lists. */
export interface IndexScope {
  readonly connectionKey: string;
  readonly condition: Condition;
  /** See `Trimming`: an item is visible if one of them is granted and none is denied. */
  readonly principals: readonly string[];
}

export interface IndexSort {
  readonly property: string;
  readonly descending: boolean;
}

export interface IndexAggregation {
  readonly property: string;
  /** If missing, a bucket a value. */
  readonly ranges?: readonly { readonly from?: number | bigint; readonly to?: number | bigint }[];
}

export interface IndexCollapse {
  readonly properties: readonly string[];
  readonly limit: number;
}

export interface IndexQuery {
  readonly scopes: readonly IndexScope[];
  readonly from: number;
  readonly size: number;
  /** What is looked for, for relevance. */
  readonly phrases: readonly Phrase[];
  /** If empty, by relevance. */
  readonly sort: readonly IndexSort[];
  readonly aggregations: readonly IndexAggregation[];
  readonly collapse: readonly IndexCollapse[];
}

export interface IndexHit {
  readonly connectionKey: string;
  readonly itemId: string;
  readonly score: number;
  readonly collapsed?: boolean;
}

export interface IndexAnswer {
  /** Exact to 10,000, and one more if there are more. */
  readonly total: number;
  readonly hits: readonly IndexHit[];
  /** One a requested aggregation, in the same order; counts of visible matches only. */
  readonly aggregations: readonly (readonly {
    readonly key: string | number | bigint;
    readonly count: number;
  }[])[];
}

/** The full-text index of one server: `sqlite/` beside the database file, `postgres/` in the database. */
export abstract class SearchIndex {
  /**
   * Finds items as they are at the moment of the call: everything that was acknowledged before is in it.
   * @throws searchNotReady while the index is rebuilt or its storage fails
   */
  abstract search(query: IndexQuery): Promise<IndexAnswer>;
}
