import { grouped, joined, negated, textNode, ungrouped } from './nodes.js';
import { Scanner, type SyntaxFault, SyntaxFaultError } from './scanner.js';
import type { KqlNode, Operator } from './tree.js';

const LONGEST_QUERY = 4_096;
const LONGEST_RESTRICTION = 2_048;
const DEEPEST_NESTING = 100;
const MOST_OPERANDS = 500;
const DEFAULT_DISTANCE = 8;
/** More words are not between two places of a text in PostgreSQL. */
const MOST_DISTANCE = 16_383;

const BEFORE_END = '(?=[ \\t\\r\\n()]|$)';
const INFIX = new RegExp(`(?:AND|OR|NEAR|ONEAR|XRANK)${BEFORE_END}`, 'y');
const AND = new RegExp(`AND${BEFORE_END}`, 'y');
const OR = new RegExp(`OR${BEFORE_END}`, 'y');
const NOT = new RegExp(`NOT${BEFORE_END}`, 'y');
const NEAR = new RegExp(`(O?)NEAR${BEFORE_END}`, 'y');
const XRANK = new RegExp(`XRANK${BEFORE_END}`, 'y');
const DISTANCE = /\([ \t\r\n]*(?:n[ \t\r\n]*=[ \t\r\n]*)?(\d+)[ \t\r\n]*\)/iy;
const RANK_PARAMETERS =
  /\([ \t\r\n]*(?:cb|nb|n|rb|pb|avgb|stdb)[ \t\r\n]*=[ \t\r\n]*[+-]?\d+(?:\.\d+)?[ \t\r\n]*(?:,[ \t\r\n]*(?:cb|nb|n|rb|pb|avgb|stdb)[ \t\r\n]*=[ \t\r\n]*[+-]?\d+(?:\.\d+)?[ \t\r\n]*)*\)/iy;
const FUNCTION = /(WORDS|ALL|ANY|NONE)[ \t\r\n]*\(/y;
const RESTRICTION = /([\p{L}\p{N}_.]+)(<>|<=|>=|[:=<>])/uy;
const WORD = /[^ \t\r\n"()]+/y;
const WORD_OF_A_LIST = /[^ \t\r\n"(),]+/y;
const BLANK = /[ \t\r\n]/y;

export interface ParseOptions {
  /** Whether the schema knows a name: a blank may stand behind its comparison, and it is no scheme of a URL. */
  readonly isProperty: (name: string) => boolean;
  /** Whether a phrase without its closing quote ends with the text; else it is a fault. */
  readonly closesPhrases?: boolean;
}

export type Parsed =
  | { readonly tree: KqlNode; readonly fault?: undefined }
  | { readonly fault: SyntaxFault; readonly tree?: undefined };

/** The tree of a query, or why it is not valid (docs/contract/kql.md#1, docs/contract/kql.md#2). Its time grows with the length alone. */
export function parse(text: string, options: ParseOptions): Parsed {
  if (text.length > LONGEST_QUERY)
    return {
      fault: { position: LONGEST_QUERY, message: `The query is longer than ${LONGEST_QUERY} characters.` },
    };
  try {
    return { tree: new Parser(text, options).whole() };
  } catch (error) {
    if (error instanceof SyntaxFaultError) return { fault: error.fault };
    throw error;
  }
}

/** A method for each rule of the grammar, lowest precedence first. */
class Parser {
  private readonly source: Scanner;
  private readonly isProperty: ParseOptions['isProperty'];
  private depth = 0;
  private operands = 0;

  constructor(text: string, { isProperty, closesPhrases = false }: ParseOptions) {
    this.source = new Scanner(text, closesPhrases);
    this.isProperty = isProperty;
  }

  whole(): KqlNode {
    const tree = ungrouped(this.xrank());
    if (this.source.next !== '') throw this.source.fault('The closing parenthesis has no opening one.');
    return tree;
  }

  private xrank(): KqlNode {
    const kept = this.sequence();
    while (this.source.take(XRANK) !== undefined) {
      if (this.source.take(RANK_PARAMETERS) === undefined)
        throw this.source.fault('XRANK needs its parameters in parentheses, such as XRANK(cb=100).');
      this.sequence();
    }
    return kept;
  }

  private sequence(): KqlNode {
    const operands = [this.or()];
    while (this.isOperandNext()) operands.push(this.or());
    return operands.length === 1 ? operands[0]! : { kind: 'sequence', operands };
  }

  private or(): KqlNode {
    return this.chain('or', OR, () => this.and());
  }

  private and(): KqlNode {
    return this.chain('and', AND, () => this.proximity());
  }

  private chain(kind: 'and' | 'or', operator: RegExp, operand: () => KqlNode): KqlNode {
    const operands = [operand()];
    while (this.taken(operator) !== undefined) operands.push(operand());
    return operands.length === 1 ? operands[0]! : joined(kind, operands);
  }

  private proximity(): KqlNode {
    let left = this.unary();
    const pairs: KqlNode[] = [];
    for (;;) {
      const operator = this.taken(NEAR);
      if (operator === undefined) break;
      const distance = Number(this.source.take(DISTANCE)?.[1] ?? DEFAULT_DISTANCE);
      const right = this.unary();
      const limited = Math.min(distance, MOST_DISTANCE);
      pairs.push(this.near(left, right, operator[1] !== '', limited, operator.index));
      left = right;
    }
    return pairs.length === 0 ? left : joined('and', pairs);
  }

  /** Each word on the one side with each on the other, as the groups join them. */
  private near(left: KqlNode, right: KqlNode, ordered: boolean, distance: number, at: number): KqlNode {
    for (const side of [left, right])
      if (side.kind === 'and' || side.kind === 'or' || side.kind === 'sequence')
        return joined(
          side.kind === 'or' ? 'or' : 'and',
          side.operands.map((operand) =>
            side === left
              ? this.near(operand, right, ordered, distance, at)
              : this.near(left, operand, ordered, distance, at),
          ),
        );
    if (left.kind !== 'text' || right.kind !== 'text')
      throw this.source.fault('NEAR and ONEAR stand between words and phrases only.', at);
    return this.counted({ kind: 'near', ordered, distance, operands: [left, right] });
  }

  private unary(): KqlNode {
    for (;;) {
      this.source.blanks();
      if (this.source.take(NOT) !== undefined) return this.nested(() => negated(this.unary()));
      const sign = this.source.next;
      if (sign !== '+' && sign !== '-') return this.primary();
      this.source.position++;
      if (!this.isGap()) {
        const operand = this.nested(() => this.unary());
        return sign === '-' ? negated(operand) : grouped(operand);
      }
      if (!this.isOperandNext()) return this.counted(textNode(sign, false));
    }
  }

  private primary(): KqlNode {
    const { source } = this;
    if (source.next === '') throw source.fault('A word, phrase or restriction is missing at the end.');
    if (source.next === ')')
      throw source.fault('A word, phrase or restriction is missing before the parenthesis.');
    if (source.next === '(') return grouped(this.parenthesis(() => this.xrank()));
    if (source.next === '"') return this.counted(textNode(source.phrase(), true));
    const operator = source.see(INFIX);
    if (operator !== undefined) throw source.fault(`${operator[0]} needs something on both sides.`);
    const call = source.see(FUNCTION);
    if (call !== undefined) return this.function(call[1]!);
    const restriction = source.see(RESTRICTION);
    if (restriction !== undefined) return this.restriction(restriction[1]!, restriction[2] as Operator);
    return this.counted(textNode(source.take(WORD)![0], false));
  }

  /** `WORDS(a, b)`, `ALL(a b)`, `ANY(a b)`, `NONE(a b)`. */
  private function(name: string): KqlNode {
    const isList = name === 'WORDS';
    this.source.take(FUNCTION);
    this.source.position--;
    const terms = this.parenthesis(() => {
      const operands: KqlNode[] = [];
      do {
        this.source.blanks();
        operands.push(this.term(name, isList ? WORD_OF_A_LIST : WORD));
        this.source.blanks();
      } while (
        isList ? this.source.take(/,/y) !== undefined : this.source.next !== ')' && this.source.next !== ''
      );
      return joined(name === 'ALL' ? 'and' : 'or', operands);
    });
    return name === 'NONE' ? negated(terms) : terms;
  }

  private term(name: string, word: RegExp): KqlNode {
    const { source } = this;
    if (source.next === '"') return this.counted(textNode(source.phrase(), true));
    const found = source.see(INFIX) ?? source.see(NOT) ?? source.see(RESTRICTION);
    const text = source.see(word)?.[0];
    if (text === undefined || (found !== undefined && !this.isUrl(text)))
      throw source.fault(`${name} takes words and phrases only.`);
    source.position += text.length;
    return this.counted(textNode(text, false));
  }

  private restriction(name: string, operator: Operator): KqlNode {
    const { source } = this;
    const start = source.position;
    const word = source.see(WORD)![0];
    if (this.isUrl(word)) {
      source.position += word.length;
      return this.counted(textNode(word, false));
    }
    source.position += name.length + operator.length;
    if (source.next === '(' && (operator === ':' || operator === '=')) {
      const inside = this.parenthesis(() => this.sequence());
      return this.keyed(inside, name, operator, start);
    }
    if (source.next !== '"' && source.endsWord) {
      const isComparison = operator.startsWith('<') || operator.startsWith('>');
      const isGap =
        isComparison && operator !== '<>' && this.isProperty(name) && source.see(BLANK) !== undefined;
      if (!isGap || !this.isValueNext()) return this.counted(textNode(name, false));
    }
    const restriction = this.value(name, operator);
    if (source.position - start > LONGEST_RESTRICTION)
      throw source.fault(`The restriction is longer than ${LONGEST_RESTRICTION} characters.`, start);
    return this.counted(restriction);
  }

  private value(name: string, operator: Operator): KqlNode {
    const { source } = this;
    const isQuoted = source.next === '"';
    const written = isQuoted ? source.phrase() : source.take(WORD)![0];
    const range = operator === ':' || operator === '=' ? this.range(written, isQuoted) : undefined;
    if (range !== undefined) return { kind: 'restriction', name, operator: '..', ...range, prefix: false };
    const prefix = written.endsWith('*');
    return { kind: 'restriction', name, operator, value: prefix ? written.slice(0, -1) : written, prefix };
  }

  /** Both ends of `a..b`, each a phrase or not; undefined where nothing stands on one side. */
  private range(
    written: string,
    isQuoted: boolean,
  ): { readonly value: string; readonly to: string } | undefined {
    const { source } = this;
    if (!isQuoted) {
      const dots = written.indexOf('..', 1);
      if (dots === -1) return undefined;
      const value = written.slice(0, dots);
      const rest = written.slice(dots + 2);
      if (rest !== '') return { value, to: rest };
      return source.next === '"' ? { value, to: source.phrase() } : undefined;
    }
    const dots = source.take(/\.\.(?=[^ \t\r\n()])/y);
    if (dots === undefined) return undefined;
    return { value: written, to: source.next === '"' ? source.phrase() : source.take(WORD)![0] };
  }

  /** `name:(a OR b)`: the name before each word; side by side they are joined by AND (docs/contract/kql.md#7). */
  private keyed(node: KqlNode, name: string, operator: ':' | '=', at: number): KqlNode {
    const again = (operand: KqlNode): KqlNode => this.keyed(operand, name, operator, at);
    switch (node.kind) {
      case 'text':
        return { kind: 'restriction', name, operator, value: node.text, prefix: node.prefix };
      case 'all':
        return { kind: 'restriction', name, operator, value: '', prefix: true };
      case 'not':
        return negated(again(node.operand));
      case 'and':
      case 'sequence':
        return joined('and', node.operands.map(again));
      case 'or':
        return joined('or', node.operands.map(again));
      case 'near':
        throw this.source.fault('NEAR and ONEAR do not go with a property.', at);
      case 'none':
      case 'restriction':
        return node;
    }
  }

  private parenthesis(inside: () => KqlNode): KqlNode {
    const opening = this.source.position++;
    const node = this.nested(inside);
    this.source.blanks();
    if (this.source.next !== ')')
      throw this.source.fault('The opening parenthesis has no closing one.', opening);
    this.source.position++;
    return node;
  }

  private nested<T>(inside: () => T): T {
    if (++this.depth > DEEPEST_NESTING)
      throw this.source.fault(`The query is nested more than ${DEEPEST_NESTING} deep.`);
    const result = inside();
    this.depth--;
    return result;
  }

  private counted(node: KqlNode): KqlNode {
    if (++this.operands > MOST_OPERANDS)
      throw this.source.fault(`The query has more than ${MOST_OPERANDS} words, phrases and restrictions.`);
    return node;
  }

  private taken(operator: RegExp): RegExpExecArray | undefined {
    this.source.blanks();
    return this.source.take(operator);
  }

  private isOperandNext(): boolean {
    this.source.blanks();
    return this.source.next !== '' && this.source.next !== ')' && this.source.see(INFIX) === undefined;
  }

  /** Behind a sign. */
  private isGap(): boolean {
    return this.source.next === '' || this.source.next === ')' || this.source.see(BLANK) !== undefined;
  }

  /** Behind a comparison and a blank; goes to the value. */
  private isValueNext(): boolean {
    const { source } = this;
    const before = source.position;
    source.blanks();
    const isValue =
      (source.next === '"' || !source.endsWord) &&
      source.see(INFIX) === undefined &&
      source.see(NOT) === undefined;
    if (!isValue) source.position = before;
    return isValue;
  }

  private isUrl(word: string): boolean {
    const scheme = /^([\p{L}\p{N}_.]+):\/\//u.exec(word)?.[1];
    return scheme !== undefined && !this.isProperty(scheme);
  }
}
