/** Where in the text an expression begins, for messages. */
interface Placed {
  readonly at: number;
}

export type LiteralValue =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'integer'; readonly value: number }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'null' }
  /** `microsoft.graph.externalConnectors.connectionState'draft'`, the name in full. */
  | { readonly type: 'enum'; readonly name: string; readonly value: string };

type EqualityOperator = 'eq' | 'ne';
type RelationalOperator = 'gt' | 'ge' | 'lt' | 'le';
export type ComparisonOperator = EqualityOperator | RelationalOperator;

export const TEXT_FUNCTIONS = ['contains', 'startswith', 'endswith'] as const;
type TextFunction = (typeof TEXT_FUNCTIONS)[number];

export type Literal = Placed & { readonly kind: 'literal'; readonly literal: LiteralValue };
/** A property by its path, or the variable of a lambda. */
export type Path = Placed & { readonly kind: 'path'; readonly path: string };
type Not = Placed & { readonly kind: 'not'; readonly operand: Expression };
/** A whole chain is one expression, so that long chains are not deep ones. */
type Logical = Placed & {
  readonly kind: 'and' | 'or';
  readonly operands: readonly Expression[];
};
export type Comparison = Placed & {
  readonly kind: 'comparison';
  readonly operator: ComparisonOperator;
  readonly left: Expression;
  readonly right: Expression;
};
export type In = Placed & {
  readonly kind: 'in';
  readonly operand: Expression;
  readonly literals: readonly Literal[];
};
export type Call = Placed & {
  readonly kind: 'call';
  readonly name: TextFunction;
  readonly operand: Expression;
  readonly text: Expression;
};
/** Without a predicate: the collection is not empty. */
export type Any = Placed & {
  readonly kind: 'any';
  readonly path: string;
  readonly lambda?: { readonly variable: string; readonly predicate: Expression };
};

/** The subset of the expressions of OData 4.01 that `$filter` supports. */
export type Expression = Literal | Path | Not | Logical | Comparison | In | Call | Any;
