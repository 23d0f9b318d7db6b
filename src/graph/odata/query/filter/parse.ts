import { queryOptionNotValid } from '../../../errors/catalogue/query.js';
import { quoteForMessage } from '../../../errors/quote-for-message.js';
import {
  type Any,
  type Call,
  type ComparisonOperator,
  type Expression,
  FilterLexer,
  FilterText,
  type In,
  type Literal,
  type Path,
  TEXT_FUNCTIONS,
  type Token,
} from './syntax.js';

const LONGEST_TEXT = 100_000;
const DEEPEST_NESTING = 100;
const MOST_NODES = 200;

const EQUALITY: readonly string[] = ['eq', 'ne'];
const RELATIONAL: readonly string[] = ['gt', 'ge', 'lt', 'le'];
/** Operators of OData that are not supported. The message names them, so that no one looks for a typing error. */
const UNSUPPORTED_OPERATORS: readonly string[] = ['has', 'add', 'sub', 'mul', 'div', 'divby', 'mod'];

/**
 * Parses a `$filter` (OData 4.01 part 2, section 5.1.1). It does not check the names of properties.
 * @throws queryOptionNotValid
 */
export function parseFilter(text: string): Expression {
  if (text.length > LONGEST_TEXT)
    throw queryOptionNotValid(`The $filter query option may have ${LONGEST_TEXT} characters at most.`);
  return new Parser(new FilterText(text)).whole();
}

/** One method for each level of precedence, lowest first: or, and, eq ne, gt ge lt le, not, and primaries with in. */
class Parser {
  private readonly lexer: FilterLexer;
  private token: Token;
  private nodes = 0;
  private depth = 0;

  constructor(private readonly source: FilterText) {
    this.lexer = new FilterLexer(source);
    this.token = this.lexer.next();
  }

  whole(): Expression {
    const expression = this.or();
    if (this.token.kind !== 'end') throw this.unexpected('an operator or the end');
    return expression;
  }

  private or(): Expression {
    return this.chain('or', () => this.and());
  }

  private and(): Expression {
    return this.chain('and', () => this.equality());
  }

  private chain(kind: 'and' | 'or', operand: () => Expression): Expression {
    const first = operand();
    if (!this.isOperator(kind)) return first;
    const operands = [first];
    while (this.isOperator(kind)) {
      this.takeOperator();
      operands.push(operand());
    }
    return this.node({ kind, operands, at: first.at });
  }

  private equality(): Expression {
    return this.comparisons(EQUALITY, () => this.relational());
  }

  private relational(): Expression {
    return this.comparisons(RELATIONAL, () => this.unary());
  }

  private comparisons(operators: readonly string[], operand: () => Expression): Expression {
    let left = operand();
    while (operators.some((operator) => this.isOperator(operator))) {
      const operator = this.takeOperator() as ComparisonOperator;
      left = this.node({ kind: 'comparison', operator, left, right: operand(), at: left.at });
    }
    return left;
  }

  private unary(): Expression {
    if (!this.isOperator('not')) return this.primary();
    const { at } = this.token;
    this.advance();
    return this.node({ kind: 'not', operand: this.nested(at, () => this.unary()), at });
  }

  private primary(): Expression {
    const operand = this.operand();
    return this.isOperator('in') ? this.in(operand) : operand;
  }

  private in(operand: Expression): In {
    this.takeOperator();
    this.expect('(');
    const literals: Literal[] = [];
    do {
      if (this.token.kind !== 'literal') throw this.unexpected('a literal');
      literals.push(this.literal(this.token));
    } while (this.accept(','));
    this.expect(')');
    return this.node({ kind: 'in', operand, literals, at: operand.at });
  }

  private operand(): Expression {
    const { token } = this;
    if (token.kind === 'literal') return this.literal(token);
    if (token.kind === 'symbol' && token.text === '(') {
      this.advance();
      const inside = this.nested(token.at, () => this.or());
      this.expect(')');
      return inside;
    }
    return this.pathOrCall();
  }

  private literal({ at, literal }: Extract<Token, { kind: 'literal' }>): Literal {
    this.advance();
    return this.node({ kind: 'literal', literal, at });
  }

  private pathOrCall(): Expression {
    const { at } = this.token;
    const segments = [this.name()];
    while (this.accept('/')) {
      this.count(at);
      segments.push(this.name());
    }
    const path = segments.join('/');
    if (!this.isSymbol('(')) return this.node<Path>({ kind: 'path', path, at });
    if (segments.length === 1) return this.call(path, at);
    return this.any(segments.slice(0, -1).join('/'), segments.at(-1)!, at);
  }

  private call(name: string, at: number): Call {
    const known = TEXT_FUNCTIONS.find((candidate) => candidate === name.toLowerCase());
    if (known === undefined)
      throw this.source.fault(
        at,
        `The function '${quoteForMessage(name)}' is not supported (only ${TEXT_FUNCTIONS.join(', ')} are),`,
      );
    this.expect('(');
    const [operand, text] = this.nested(at, () => {
      const first = this.or();
      this.expect(',');
      return [first, this.or()] as const;
    });
    this.expect(')');
    return this.node({ kind: 'call', name: known, operand, text, at });
  }

  private any(path: string, operator: string, at: number): Any {
    if (operator.toLowerCase() !== 'any')
      throw this.source.fault(
        at,
        `The operator '${quoteForMessage(operator)}' is not supported (only 'any' is),`,
      );
    this.expect('(');
    if (this.accept(')')) return this.node({ kind: 'any', path, at });
    const variable = this.name();
    this.expect(':');
    const predicate = this.nested(at, () => this.or());
    this.expect(')');
    return this.node({ kind: 'any', path, lambda: { variable, predicate }, at });
  }

  private nested<T>(at: number, parse: () => T): T {
    if (++this.depth > DEEPEST_NESTING)
      throw this.source.fault(at, `The expression is nested more than ${DEEPEST_NESTING} levels deep`);
    const parsed = parse();
    this.depth--;
    return parsed;
  }

  private node<T extends Expression>(expression: T): T {
    this.count(expression.at);
    return expression;
  }

  private count(at: number): void {
    if (++this.nodes > MOST_NODES)
      throw this.source.fault(at, `The expression has more than ${MOST_NODES} parts, the last of them`);
  }

  private name(): string {
    const { token } = this;
    if (token.kind !== 'name') throw this.unexpected('a property, a function or a literal');
    this.advance();
    return token.text;
  }

  /** OData 4.01 asks services to take operators in any case. */
  private isOperator(name: string): boolean {
    return this.token.kind === 'name' && this.token.text.toLowerCase() === name;
  }

  private takeOperator(): string {
    const operator = this.token.text.toLowerCase();
    this.advance();
    return operator;
  }

  private isSymbol(symbol: string): boolean {
    return this.token.kind === 'symbol' && this.token.text === symbol;
  }

  private accept(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.advance();
    return true;
  }

  private expect(symbol: string): void {
    if (!this.accept(symbol)) throw this.unexpected(`'${symbol}'`);
  }

  private advance(): void {
    this.token = this.lexer.next();
  }

  private unexpected(expected: string): Error {
    const { kind, at, text } = this.token;
    if (kind === 'name' && UNSUPPORTED_OPERATORS.includes(text.toLowerCase()))
      return this.source.fault(at, `The operator '${text}' is not supported,`);
    const found = kind === 'end' ? 'the end of the expression' : `'${quoteForMessage(text)}'`;
    return this.source.fault(at, `Syntax error: ${expected} expected, ${found} found`);
  }
}
