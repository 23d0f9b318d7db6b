import { queryOptionNotValid } from '../../../errors/catalogue/query.js';
import type { GraphError } from '../../../errors/graph-error.js';
import { quoteForMessage } from '../../../errors/quote-for-message.js';

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
/** A chain of the same operator is one expression, so a long chain is not nested deeply. */
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

/** The text of a `$filter`, to say where in it something is wrong. */
export class FilterText {
  constructor(readonly text: string) {}

  /** Worded as OData's own library does; positions count from 0, in UTF-16 units. */
  fault(at: number, what: string): GraphError {
    return queryOptionNotValid(`${what} at position ${at} in '${quoteForMessage(this.text)}'.`);
  }
}

export type Token = { readonly at: number } & (
  | { readonly kind: 'name' | 'symbol'; readonly text: string }
  | { readonly kind: 'literal'; readonly text: string; readonly literal: LiteralValue }
  | { readonly kind: 'end'; readonly text: '' }
);

const BLANK = /[ \t]*/y;
const NAME = /[A-Za-z_][\w.]*/y;
const INTEGER = /-?\d+/y;
/** Characters that must not follow an integer: they belong to other literals (dates, decimals, GUIDs). */
const MORE_OF_A_LITERAL = /[\w.:-]/;
const KEYWORDS: ReadonlyMap<string, LiteralValue> = new Map([
  ['true', { type: 'boolean', value: true }],
  ['false', { type: 'boolean', value: false }],
  ['null', { type: 'null' }],
]);

/** Reads the tokens of a `$filter` one by one: OData 4.01 part 2, section 5.1.1, as far as it is supported. */
export class FilterLexer {
  private position = 0;

  constructor(private readonly source: FilterText) {}

  next(): Token {
    this.match(BLANK);
    const at = this.position;
    const { text } = this.source;
    if (at >= text.length) return { kind: 'end', at, text: '' };
    const first = text[at]!;
    if ('(),/:'.includes(first)) {
      this.position++;
      return { kind: 'symbol', at, text: first };
    }
    if (first === "'") return this.literal(at, { type: 'string', value: this.quoted() });
    const digits = this.match(INTEGER);
    if (digits !== '') return this.integer(at, digits);
    const name = this.match(NAME);
    if (name === '')
      throw this.source.fault(
        at,
        `Syntax error: unexpected character '${quoteForMessage(this.character())}'`,
      );
    if (text[this.position] === "'") return this.literal(at, { type: 'enum', name, value: this.quoted() });
    const keyword = KEYWORDS.get(name.toLowerCase());
    return keyword === undefined ? { kind: 'name', at, text: name } : this.literal(at, keyword);
  }

  private integer(at: number, digits: string): Token {
    const value = Number(digits);
    if (MORE_OF_A_LITERAL.test(this.source.text[this.position] ?? ' ') || !Number.isSafeInteger(value))
      throw this.source.fault(
        at,
        'Unsupported literal (only strings, null, true, false, 32-bit integers and enumeration members are supported),',
      );
    return this.literal(at, { type: 'integer', value });
  }

  private literal(at: number, literal: LiteralValue): Token {
    return { kind: 'literal', at, text: this.source.text.slice(at, this.position), literal };
  }

  /** The string whose opening quote is here; a quote inside is doubled. */
  private quoted(): string {
    const opening = this.position;
    let value = '';
    for (;;) {
      const closing = this.source.text.indexOf("'", this.position + 1);
      if (closing === -1) throw this.source.fault(opening, 'There is an unterminated string literal');
      value += this.source.text.slice(this.position + 1, closing);
      this.position = closing + 1;
      if (this.source.text[this.position] !== "'") return value;
      value += "'";
    }
  }

  private character(): string {
    return String.fromCodePoint(this.source.text.codePointAt(this.position)!);
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.source.text)?.[0] ?? '';
    this.position += found.length;
    return found;
  }
}
