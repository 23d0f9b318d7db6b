import type { Type } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions, ApiSchema } from '@nestjs/swagger';
import { IsOptional, ValidateNested } from 'class-validator';
import type { GraphVersion } from '../http/request-context.js';
import type { BodyRule } from './rules.js';

/** Json is Graph's own primitive: any JSON object. */
type Primitive = 'String' | 'Boolean' | 'Int32' | 'Int64' | 'DateTimeOffset' | 'Json';

/** An enumeration of the service model; `unknownFutureValue` belongs to each and is never a value to write. */
export interface EnumType {
  readonly name: string;
  readonly members: readonly string[];
  /** An enumeration of `microsoft.graph` itself, not of this namespace. */
  readonly ofGraph?: boolean;
  /** Several members at once, joined by commas. */
  readonly flags?: boolean;
  /** Members behind `unknownFutureValue`: read as that, unless the client asks for them by `Prefer`. */
  readonly evolved?: readonly string[];
  /** Other names of members, taken in requests. */
  readonly aliases?: Readonly<Record<string, string>>;
}

export interface PropertyOptions {
  readonly type: Primitive | EnumType | (() => Type);
  readonly collection?: boolean;
  /** A string instead of an array is read as an array of one. */
  readonly orOneString?: boolean;
  readonly nullable?: boolean;
  /** In which versions a request must have it. */
  readonly required?: readonly GraphVersion[];
  /** Which versions declare and answer it; without it, both. A request of either may have it (docs/contract/field.md#6). */
  readonly versions?: readonly GraphVersion[];
  /** What it is where a request leaves it out, and, of a nullable one, where a request has null. */
  readonly default?: string | number;
  /** Computed by the service. */
  readonly readOnly?: boolean;
  readonly description: string;
  readonly example?: unknown;
  readonly rules?: readonly BodyRule[];
  /** Nothing below this property has rules: class-validator skips its entries (large collections). */
  readonly withoutRules?: boolean;
}

export interface TypeOptions {
  /** Without the namespace. */
  readonly name: string;
  /** A type of `microsoft.graph` itself, not of this namespace. */
  readonly ofGraph?: boolean;
  /** Names of members are read in any case; they are spelled as declared afterwards. */
  readonly anyCase?: boolean;
  /** Members that the model does not declare are kept (open type). */
  readonly open?: boolean;
  /** Members that the model does not declare are kept as they were sent: with annotations and every digit. */
  readonly verbatim?: boolean;
  /** Members that a request may have and that are not looked at: what the service computes, and what connectors add. */
  readonly ignored?: readonly string[];
  /** What an entity leads to, and the versions that have it. */
  readonly navigations?: Readonly<Record<string, readonly GraphVersion[]>>;
  /** Only derived types have values, so each value must say its `@odata.type`. */
  readonly derived?: () => readonly Type[];
  /** The name of the schema in the OpenAPI document, where a type has a second shape (a request body). */
  readonly schema?: string;
}

export const NAMESPACE = 'microsoft.graph.externalConnectors';

const PROPERTIES = new WeakMap<object, Map<string, PropertyOptions>>();
const TYPES = new WeakMap<object, TypeOptions>();
const COLLECTED = new WeakMap<object, ReadonlyMap<string, PropertyOptions>>();

/** Which versions have, or require, what the OpenAPI document shows; read and removed when the document is made. */
export const VERSIONS_EXTENSION = 'x-versions';
export const REQUIRED_EXTENSION = 'x-required-in';
/** The enumeration of a property, likewise. */
export const ENUM_EXTENSION = 'x-enumeration';

const OPEN_SCHEMAS = new Set<string>();

/** Whether what a schema of the OpenAPI document describes may have more members than it declares. */
export const isOpenSchema = (name: string): boolean => OPEN_SCHEMAS.has(name);

/** A type of the service model, by its name there. */
export const ModelType =
  (options: TypeOptions): ClassDecorator =>
  (target) => {
    TYPES.set(target, options);
    const namespace = options.ofGraph ? 'microsoft.graph' : NAMESPACE;
    const name = `${namespace}.${options.schema ?? options.name}`;
    if (options.open) OPEN_SCHEMAS.add(name);
    ApiSchema({ name })(target);
  };

/** The name of a type with its namespace. */
export const qualifiedName = ({ name, ofGraph }: Pick<TypeOptions, 'name' | 'ofGraph'>): string =>
  `${ofGraph ? 'microsoft.graph' : NAMESPACE}.${name}`;

export const isEnum = (type: PropertyOptions['type']): type is EnumType => typeof type === 'object';
export const isComplex = (type: PropertyOptions['type']): type is () => Type => typeof type === 'function';

/** An enumeration as a schema of its own, with its name. */
export function enumSchema(type: EnumType): { name: string; schema: object } {
  const { members, evolved, flags } = type;
  const schema = flags
    ? { type: 'string', description: `One or more of ${members.join(', ')}, joined by commas.` }
    : {
        type: 'string',
        enum: evolved === undefined ? members : [...members, 'unknownFutureValue', ...evolved],
      };
  return { name: qualifiedName(type), schema };
}

function openApiType({ type, collection }: PropertyOptions): ApiPropertyOptions {
  if (isEnum(type)) {
    return { type: String, isArray: collection, [ENUM_EXTENSION]: enumSchema(type) } as ApiPropertyOptions;
  }
  if (isComplex(type)) return { type: () => typeOf(type()).derived?.()[0] ?? type(), isArray: collection };
  if (type === 'Json') return { type: 'object', additionalProperties: true };
  if (type === 'Int32' || type === 'Int64') {
    return { type: 'integer', format: type.toLowerCase(), isArray: collection };
  }
  if (type === 'DateTimeOffset') return { type: String, format: 'date-time', isArray: collection };
  return { type: type === 'Boolean' ? Boolean : String, isArray: collection };
}

/**
 * A property of the service model: the deserializer, the validator and the OpenAPI document all read this one
 * declaration. Rules apply to values that are present and not null.
 */
export const EdmProperty =
  (options: PropertyOptions): PropertyDecorator =>
  (target, key) => {
    const name = String(key);
    const own = PROPERTIES.get(target) ?? new Map<string, PropertyOptions>();
    PROPERTIES.set(target, own.set(name, options));

    const shape = openApiType(options);
    ApiProperty({
      ...shape,
      description: [options.description, shape.description].filter(Boolean).join(' '),
      ...(options.type === 'String' && options.required && !options.nullable && !options.collection
        ? { minLength: 1 }
        : {}),
      ...Object.assign({}, ...(options.rules ?? []).map((rule) => rule.schema)),
      required: false,
      ...(options.nullable ? { nullable: true } : {}),
      ...(options.readOnly ? { readOnly: true } : {}),
      ...(options.default === undefined ? {} : { default: options.default }),
      ...(options.example === undefined ? {} : { example: options.example }),
      ...(options.versions ? { [VERSIONS_EXTENSION]: options.versions } : {}),
      ...(options.required ? { [REQUIRED_EXTENSION]: options.required } : {}),
    } as ApiPropertyOptions)(target, key);

    IsOptional()(target, key);
    if (isComplex(options.type) && !options.withoutRules)
      ValidateNested({ each: options.collection })(target, key);
    for (const rule of options.rules ?? []) rule.validate?.(target, key);
  };

/** The declared type of a class. */
export function typeOf(type: Type): TypeOptions {
  const options = TYPES.get(type);
  if (options === undefined) throw new Error(`${type.name} has no @ModelType.`);
  return options;
}

/** All properties of a class, inherited ones first. */
export function propertiesOf(type: Type): ReadonlyMap<string, PropertyOptions> {
  const known = COLLECTED.get(type);
  if (known !== undefined) return known;
  const chain: object[] = [];
  for (
    let proto = type.prototype as object | null;
    proto !== null;
    proto = Object.getPrototypeOf(proto) as object | null
  )
    chain.unshift(proto);
  const all = new Map(chain.flatMap((proto) => [...(PROPERTIES.get(proto) ?? [])]));
  COLLECTED.set(type, all);
  return all;
}
