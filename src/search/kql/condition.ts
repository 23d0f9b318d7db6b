import type { Phrase } from './tree.js';

/** An end of a range. Integers are bigint in the bounds of int64, doubles finite numbers, dates the ticks of `ticksOf`. */
export interface Bound {
  readonly value: number | bigint;
  readonly inclusive: boolean;
}

/** Which items of one connection match: a query after the rules of juxtaposition, bound to the schema of the connection. */
export type Condition =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'and' | 'or'; readonly operands: readonly Condition[] }
  | { readonly kind: 'not'; readonly operand: Condition }
  /**
   * In `content`, or in one value of one searchable property: words in a row, see `wordsOf`. `properties`, in lower case, are
   * those that are searched; if missing, the searchable ones.
   */
  | { readonly kind: 'text'; readonly phrase: Phrase; readonly properties?: readonly string[] }
  /**
   * Two phrases in the same texts that share no word, with at most so many words between the end of the one and the beginning
   * of the other; `ordered`: the first one first.
   */
  | {
      readonly kind: 'near';
      readonly phrases: readonly Phrase[];
      readonly distance: number;
      readonly ordered: boolean;
      readonly properties?: readonly string[];
    }
  /** In one value of the property; of a principal in one of its texts. */
  | { readonly kind: 'contains'; readonly property: string; readonly phrase: Phrase }
  /** A whole value of the property by `folded`, which the text is already; with `prefix` its beginning. */
  | { readonly kind: 'equals'; readonly property: string; readonly text: string; readonly prefix: boolean }
  /** One value of the property, number or date, between both ends; at least one of them is there. */
  | { readonly kind: 'between'; readonly property: string; readonly from?: Bound; readonly to?: Bound }
  | { readonly kind: 'is'; readonly property: string; readonly value: boolean }
  /** Any value of the property. */
  | { readonly kind: 'exists'; readonly property: string };
