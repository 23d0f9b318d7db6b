import { quoteForMessage } from '../../../errors/quote-for-message.js';
import type { GraphVersion } from '../../../http/request-context.js';
import { type EnumType, NAMESPACE } from '../../edm.js';
import { isScalar, propertyOf, type QueryModel, type ScalarProperty } from '../model.js';
import { FALSE, Parameters, type SqlFragment, type SqlValue, TEXT_CONDITIONS, TRUE } from '../sql.js';
import {
  type Any,
  type Call,
  type Comparison,
  type ComparisonOperator,
  type Expression,
  FilterText,
  type In,
  type Literal,
  type LiteralValue,
  type Path,
} from './syntax.js';

/** Of every enumeration of Graph; never stored, so that nothing equals it. */
const UNKNOWN_FUTURE_VALUE = 'unknownFutureValue';

/**
 * The stored form of an enumeration literal, whose members may be written in any case as in bodies (docs/contract/api.md#6.7); undefined where there is no such member, or the literal is of another type.
 * @param typeName in full, where the literal names its type
 */
function enumMember(type: EnumType, text: string, typeName?: string): string | undefined {
  if (typeName !== undefined && typeName !== `${NAMESPACE}.${type.name}`) return undefined;
  const wanted = (type.flags === true ? text.split(',') : [text]).map((part) => part.trim().toLowerCase());
  const members = [...type.members, UNKNOWN_FUTURE_VALUE];
  if (!wanted.every((part) => members.some((member) => member.toLowerCase() === part))) return undefined;
  return members.filter((member) => wanted.includes(member.toLowerCase())).join(',');
}

const SQL_OPERATORS = { eq: '=', ne: '<>', gt: '>', ge: '>=', lt: '<', le: '<=' } as const;
const OPERATOR_KINDS = {
  eq: 'Equal',
  ne: 'NotEqual',
  gt: 'GreaterThan',
  ge: 'GreaterThanOrEqual',
  lt: 'LessThan',
  le: 'LessThanOrEqual',
} as const;
const MIRRORED = { eq: 'eq', ne: 'ne', gt: 'lt', ge: 'le', lt: 'gt', le: 'ge' } as const;

/** A text of four megabytes is read from its beginning to its end for each text function. */
const MOST_TEXT_FUNCTIONS = 20;
const MOST_CHARACTERS_OF_TEXTS = 1_024;

/** What a lambda's variable stands for. */
type Scope = { readonly variable: string; readonly element: ScalarProperty } | undefined;

const typeNameOf = (literal: LiteralValue): string =>
  ({ string: 'Edm.String', integer: 'Edm.Int32', boolean: 'Edm.Boolean', null: 'null', enum: 'enumeration' })[
    literal.type
  ];

const kindNameOf = (property: ScalarProperty): string =>
  property.kind === 'enum'
    ? property.type.name
    : { string: 'Edm.String', int: 'Edm.Int32', boolean: 'Edm.Boolean' }[property.kind];

/**
 * A `$filter` as a condition that means the same on SQLite and PostgreSQL. Every part of it is true or false and never
 * unknown, so that `not` is the complement: a comparison with a null value is false unless it is `ne`, or `eq null`,
 * and so is a text function of a null value.
 * @param text what `expression` was parsed from, for messages
 * @throws queryOptionNotValid, queryPropertyNotFound
 */
export function translateFilter(
  expression: Expression,
  text: string,
  model: QueryModel,
  version: GraphVersion,
): SqlFragment {
  const parameters = new Parameters('filter');
  const sql = new Translator(new FilterText(text), model, version, parameters).predicate(
    expression,
    undefined,
  );
  return { sql, parameters: parameters.values };
}

class Translator {
  private textFunctions = 0;
  private charactersOfTexts = 0;

  constructor(
    private readonly source: FilterText,
    private readonly model: QueryModel,
    private readonly version: GraphVersion,
    private readonly parameters: Parameters,
  ) {}

  predicate(expression: Expression, scope: Scope): string {
    switch (expression.kind) {
      case 'literal':
        if (expression.literal.type !== 'boolean') throw this.noPredicate(expression);
        return expression.literal.value ? TRUE : FALSE;
      case 'path': {
        const property = this.scalar(expression, scope);
        if (property.kind !== 'boolean') throw this.noPredicate(expression);
        return this.known(property, `${property.column} = ${this.parameters.bind(true)}`);
      }
      case 'not':
        return `NOT (${this.predicate(expression.operand, scope)})`;
      case 'and':
      case 'or': {
        const parts = expression.operands.map((operand) => this.predicate(operand, scope));
        return `(${parts.join(expression.kind === 'and' ? ' AND ' : ' OR ')})`;
      }
      case 'comparison':
        return this.comparison(expression, scope);
      case 'in':
        return this.in(expression, scope);
      case 'call':
        return this.call(expression, scope);
      case 'any':
        return this.any(expression, scope);
    }
  }

  private comparison({ operator, left, right, at }: Comparison, scope: Scope): string {
    if (left.kind === 'literal' && right.kind !== 'literal')
      return this.comparedWith(left, MIRRORED[operator], right, scope);
    if (right.kind === 'literal' && left.kind !== 'literal')
      return this.comparedWith(right, operator, left, scope);
    throw this.source.fault(at, 'A comparison must be between a property or a condition and a literal,');
  }

  private comparedWith(
    literal: Literal,
    operator: ComparisonOperator,
    operand: Expression,
    scope: Scope,
  ): string {
    return operand.kind === 'path'
      ? this.compared(operator, this.scalar(operand, scope), literal)
      : this.truth(operator, this.predicate(operand, scope), literal);
  }

  /** A condition compared with `true`, `false` or `null`. */
  private truth(operator: ComparisonOperator, condition: string, { literal, at }: Literal): string {
    const equality = operator === 'eq' || operator === 'ne';
    if (!equality || (literal.type !== 'boolean' && literal.type !== 'null'))
      throw this.incompatible('Edm.Boolean', literal, operator, at);
    if (literal.type === 'null') return operator === 'eq' ? FALSE : TRUE;
    return literal.value === (operator === 'eq') ? condition : `NOT (${condition})`;
  }

  private compared(operator: ComparisonOperator, property: ScalarProperty, literal: Literal): string {
    const { column } = property;
    if (literal.literal.type === 'null') {
      if (operator === 'eq') return `${column} IS NULL`;
      return operator === 'ne' ? `${column} IS NOT NULL` : FALSE;
    }
    const placeholder = this.parameters.bind(this.value(property, literal, operator));
    const sql = `${column} ${SQL_OPERATORS[operator]} ${placeholder}`;
    if (operator !== 'ne') return this.known(property, sql);
    return property.nullable === false ? sql : `(${column} IS NULL OR ${sql})`;
  }

  private in({ operand, literals, at }: In, scope: Scope): string {
    if (operand.kind !== 'path') throw this.source.fault(at, "Only a property may stand before 'in',");
    const property = this.scalar(operand, scope);
    const given = literals.filter(({ literal }) => literal.type !== 'null');
    const withNull = given.length < literals.length;
    const placeholders = given.map((literal) => this.parameters.bind(this.value(property, literal, 'eq')));
    const listed = `${property.column} IN (${placeholders.join(', ')})`;
    if (!withNull) return this.known(property, listed);
    const isNull = `${property.column} IS NULL`;
    return given.length === 0 ? isNull : `(${isNull} OR ${listed})`;
  }

  private call({ name, operand, text, at }: Call, scope: Scope): string {
    if (operand.kind !== 'path' || text.kind !== 'literal')
      throw this.source.fault(at, `The function '${name}' takes a property and a string literal,`);
    const property = this.scalar(operand, scope);
    if (property.kind !== 'string' || text.literal.type !== 'string')
      throw this.source.fault(
        at,
        `No function signature for the function with name '${name}' matches the specified arguments ` +
          `(${kindNameOf(property)}, ${typeNameOf(text.literal)})`,
      );
    const searched = this.value(property, text, 'eq') as string;
    this.textFunctions++;
    this.charactersOfTexts += searched.length;
    if (this.textFunctions > MOST_TEXT_FUNCTIONS || this.charactersOfTexts > MOST_CHARACTERS_OF_TEXTS)
      throw this.source.fault(
        at,
        `The expression has more than ${MOST_TEXT_FUNCTIONS} text functions, or more than ${MOST_CHARACTERS_OF_TEXTS} characters in their texts, the last of them`,
      );
    return this.known(property, TEXT_CONDITIONS[name](property.column, searched, this.parameters));
  }

  private any({ path, lambda, at }: Any, scope: Scope): string {
    if (scope !== undefined) throw this.source.fault(at, "An 'any' inside another is not supported,");
    const property = propertyOf(this.model, path, this.version);
    if (property.kind !== 'stringCollection')
      throw this.source.fault(at, `'any' needs a collection, and the property '${path}' is not one,`);
    if (lambda === undefined) return property.exists(TRUE);
    const element: ScalarProperty = {
      kind: 'string',
      column: property.element,
      nullable: false,
      foldCase: property.foldCase,
    };
    return property.exists(this.predicate(lambda.predicate, { variable: lambda.variable, element }));
  }

  private scalar({ path, at }: Path, scope: Scope): ScalarProperty {
    if (scope?.variable === path) return scope.element;
    if (scope !== undefined && path.startsWith(`${scope.variable}/`))
      throw this.source.fault(at, `The variable '${scope.variable}' is a string and has no properties,`);
    const property = propertyOf(this.model, path, this.version);
    if (!isScalar(property))
      throw this.source.fault(
        at,
        property.kind === 'stringCollection'
          ? `The property '${path}' is a collection: '${path}/any(x:x eq …)' asks for its values,`
          : `The property '${path}' is of a complex type and has no value to compare,`,
      );
    if (property.filterable === false)
      throw this.source.fault(at, `The property '${path}' cannot be used in the $filter query option,`);
    return property;
  }

  /** The literal as the column holds it. */
  private value(property: ScalarProperty, { literal, at }: Literal, operator: ComparisonOperator): SqlValue {
    const equality = operator === 'eq' || operator === 'ne';
    if (property.kind === 'string' && literal.type === 'string')
      return property.foldCase === true ? literal.value.toLowerCase() : literal.value;
    if (property.kind === 'int' && literal.type === 'integer') {
      if (literal.value !== (literal.value | 0))
        throw this.source.fault(at, `The literal '${literal.value}' is not a 32-bit integer,`);
      return literal.value;
    }
    if (property.kind === 'boolean' && literal.type === 'boolean' && equality) return literal.value;
    if (property.kind === 'enum' && (literal.type === 'string' || literal.type === 'enum') && equality) {
      const member = enumMember(
        property.type,
        literal.value,
        literal.type === 'enum' ? literal.name : undefined,
      );
      if (member === undefined)
        throw this.source.fault(
          at,
          `The string '${quoteForMessage(literal.value)}' is not a valid constant of the enumeration type '${property.type.name}',`,
        );
      return member;
    }
    throw this.incompatible(kindNameOf(property), literal, operator, at);
  }

  /** False instead of unknown where the column is null. */
  private known({ column, nullable }: ScalarProperty, sql: string): string {
    return nullable === false ? sql : `(${column} IS NOT NULL AND ${sql})`;
  }

  private incompatible(kind: string, literal: LiteralValue, operator: ComparisonOperator, at: number): Error {
    return this.source.fault(
      at,
      'A binary operator with incompatible types was detected. ' +
        `Found operand types '${kind}' and '${typeNameOf(literal)}' for operator kind '${OPERATOR_KINDS[operator]}'`,
    );
  }

  private noPredicate({ at }: Expression): Error {
    return this.source.fault(at, 'A condition, which is true or false, is expected');
  }
}
