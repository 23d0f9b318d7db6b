import { shown } from '../../errors/shown.js';
import type { LiteralValue } from './filter-ast.js';
import type { FilterText } from './filter-text.js';

export type Token = { readonly at: number } & (
  | { readonly kind: 'name' | 'symbol'; readonly text: string }
  | { readonly kind: 'literal'; readonly text: string; readonly literal: LiteralValue }
  | { readonly kind: 'end'; readonly text: '' }
);

const BLANK = /[ \t]*/y;
const NAME = /[A-Za-z_][\w.]*/y;
const INTEGER = /-?\d+/y;
/** What may not follow an integer: dates, decimals, GUIDs and the like are other literals. */
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
      throw this.source.fault(at, `Syntax error: unexpected character '${shown(this.character())}'`);
    if (text[this.position] === "'") return this.literal(at, { type: 'enum', name, value: this.quoted() });
    const keyword = KEYWORDS.get(name.toLowerCase());
    return keyword === undefined ? { kind: 'name', at, text: name } : this.literal(at, keyword);
  }

  private integer(at: number, digits: string): Token {
    const value = Number(digits);
    if (MORE_OF_A_LITERAL.test(this.source.text[this.position] ?? ' ') || !Number.isSafeInteger(value))
      throw this.source.fault(
        at,
        'Unsupported literal: strings, null, true, false, 32-bit integers and enumeration members are supported; it is',
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
