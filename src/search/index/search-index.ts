import type { SchemaPropertyDto } from '../../schema/dto/schema.dto.js';
import type { Condition } from '../kql/condition.js';
import type { Phrase } from '../kql/tree.js';

/** One connection to be searched: what its items must match, and who the user is to their access control lists. */
export interface IndexScope {
  readonly connectionKey: string;
  /** In force: it says which properties free text is looked for in, how much they weigh, and of which types values are. */
  readonly schema: readonly SchemaPropertyDto[];
  readonly condition: Condition;
  /** See `Trimming`: an item is visible if one of them is granted and none is denied. */
  readonly principals: readonly string[];
}

/** An answer has no more buckets of one property. */
export const MOST_BUCKETS = 10_000;

/** Whose turn a search takes: callers have turns one after the other. */
export interface IndexTurn {
  readonly caller: string;
  /** Aborted when nobody waits for the answer any more. */
  readonly left?: AbortSignal;
}

export interface IndexSort {
  readonly property: string;
  readonly descending: boolean;
}

export interface IndexAggregation {
  readonly property: string;
  /** Lower ends are inclusive, upper ends exclusive; dates in ticks (`ticksOf`). If missing, a bucket a value. */
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
  /**
   * One a requested aggregation, in the same order; counts of visible matches only. A bucket of a range has the place of the
   * range as its key; a bucket of a value has the value, a date as its text. At most `MOST_BUCKETS`, the fullest first.
   */
  readonly aggregations: readonly (readonly {
    readonly key: string | number | bigint;
    readonly count: number;
  }[])[];
}

export interface IndexLag {
  /** Changes that are not in the index yet. */
  readonly changes: number;
  /** Searches are refused until every item was read. */
  readonly isBuilding: boolean;
}

/** The full-text index of one server: `sqlite/` beside the database file, `postgres/` in the database. */
export abstract class SearchIndex {
  /**
   * Finds items as they are at the moment of the call: everything that was acknowledged before is in it.
   * @throws searchNotReady while the index is rebuilt or its storage fails, searchesTooMany
   */
  abstract search(query: IndexQuery, turn?: IndexTurn): Promise<IndexAnswer>;

  /** How far the index is behind the database. */
  lag(): Promise<IndexLag> {
    return Promise.resolve({ changes: 0, isBuilding: false });
  }
}
