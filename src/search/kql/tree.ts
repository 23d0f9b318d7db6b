/** A word or phrase as the word breaker leaves it: folded words in a row; `prefix` lets the last one be the beginning of a word. */
export interface Phrase {
  readonly words: readonly string[];
  readonly prefix: boolean;
}

export type Operator = ':' | '=' | '<>' | '<' | '<=' | '>' | '>=' | '..';

/**
 * A query as it is written, before a schema gives its names a meaning (docs/contract/kql.md#2). An `and` has no `and` as
 * operand, an `or` no `or`. A `sequence` of one is a restriction in parentheses or behind a `+`, which no union takes in
 * (docs/contract/kql.md#3).
 */
export type KqlNode =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'sequence' | 'and' | 'or'; readonly operands: readonly KqlNode[] }
  | { readonly kind: 'not'; readonly operand: KqlNode }
  /** `quoted`: written in quotes, or to be written so, since there is more than letters and digits in it. */
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean; readonly prefix: boolean }
  /** Two texts. */
  | {
      readonly kind: 'near';
      readonly ordered: boolean;
      readonly distance: number;
      readonly operands: readonly KqlNode[];
    }
  | {
      readonly kind: 'restriction';
      readonly name: string;
      readonly operator: Operator;
      readonly value: string;
      /** The upper end of `..`. */
      readonly to?: string;
      readonly prefix: boolean;
    };
