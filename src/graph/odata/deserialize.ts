import type { Type } from '@nestjs/common';
import { describeForMessage, quoteForMessage } from '../errors/quote-for-message.js';
import type { BodyIssue } from '../errors/catalogue/request.js';
import type { GraphVersion } from '../http/request-context.js';
import { withPlainNumbers } from '../http/exact-json.js';
import type { Steps } from '../turns.js';
import { internalName, isDateTime, isInt64, localName, memberNamed, membersOf } from './edm-values.js';
import {
  type EnumType,
  isComplex,
  isEnum,
  NAMESPACE,
  propertiesOf,
  type PropertyOptions,
  typeOf,
} from './edm.js';
import { type BrokenRule, ENOUGH_ISSUES } from './rules.js';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const BOOLEANS = new Map<unknown, boolean>([
  [true, true],
  [false, false],
  ['true', true],
  ['false', false],
]);

/** Far more than an enumeration has members. */
const MOST_FLAGS = 100;

/**
 * Reads the JSON of a request by the service model, as leniently as real clients need (docs/contract/api.md#6.7;
 * docs/contract/clients.md#6): `@odata.*` annotations anywhere, enum members in any case, booleans as strings. What one version alone
 * declares is read in both (docs/contract/field.md#6). What cannot be read becomes an issue; the value holds all that could.
 */
export function* deserialize<T extends object>(
  type: Type<T>,
  body: unknown,
  version: GraphVersion,
): Steps<{ value: T; issues: BodyIssue[] }> {
  const issues: BodyIssue[] = [];
  const value = (yield* new BodyReader(version, issues).complex(type, body as Json, '')) as T;
  return { value, issues };
}

/** The members that the type declares, by their declared names, whatever case they are written in. */
function respelled(json: Json, properties: ReadonlyMap<string, PropertyOptions>): Json {
  const declared = new Map([...properties.keys()].map((name) => [name.toLowerCase(), name]));
  const members = Object.entries(json).map(([key, value]): [string, unknown] => {
    const name = declared.get(key.toLowerCase());
    // The exact name goes first.
    return [name === undefined || Object.hasOwn(json, name) ? key : name, value];
  });
  return Object.fromEntries(members);
}

class BodyReader {
  constructor(
    private readonly version: GraphVersion,
    private readonly issues: BodyIssue[],
  ) {}

  *complex(declared: Type, json: Json, path: string): Steps<object> {
    const type = this.concreteType(declared, json, path);
    const { open, verbatim, name, ignored = [], anyCase } = typeOf(type);
    const properties = propertiesOf(type);
    const value = new type() as Json;
    if (type !== declared) value['@odata.type'] = `#${NAMESPACE}.${name}`;

    if (anyCase) json = respelled(json, properties);
    for (const key of Object.keys(json)) {
      const raw = json[key];
      if (this.hasEnough()) break;
      const property = properties.get(key);
      const at = path === '' ? key : `${path}.${key}`;
      if (property !== undefined) {
        value[key] = yield* this.property(property, raw, at);
      } else if (verbatim) {
        Object.defineProperty(value, key, { value: raw, enumerable: true });
      } else if (key.includes('@') || ignored.includes(key)) {
        continue;
      } else if (open && !(key in Object.prototype)) {
        value[key] = withPlainNumbers(raw);
      } else {
        this.unknownProperty(key, type, at);
      }
    }
    for (const [key, property] of properties) {
      if (Object.hasOwn(json, key)) continue;
      if (property.required?.includes(this.version)) this.missing(path === '' ? key : `${path}.${key}`);
      else if (property.default !== undefined) value[key] = property.default;
    }
    return value;
  }

  private hasEnough(): boolean {
    return this.issues.length >= ENOUGH_ISSUES;
  }

  private *property(property: PropertyOptions, raw: unknown, at: string): Steps<unknown> {
    if (raw === null) {
      if (property.required?.includes(this.version)) return this.missing(at);
      return property.nullable ? (property.default ?? null) : this.wrongKind(at, raw, 'a value');
    }
    const required = property.required?.includes(this.version);
    if (required && property.type === 'String' && typeof raw === 'string' && raw.trim() === '')
      return this.missing(at);
    if (isEnum(property.type) && property.type.flags) return this.flags(property.type, raw, at);
    if (!property.collection) return yield* this.single(property.type, raw, at);
    if (property.orOneString && typeof raw === 'string') raw = [raw];
    if (!Array.isArray(raw)) return this.wrongKind(at, raw, 'an array');
    const limit = property.rules?.find(({ atMostValues }) => raw.length > (atMostValues?.count ?? Infinity));
    if (limit !== undefined) return this.broken(limit.atMostValues!.broken, at, raw);
    const entries: unknown[] = [];
    for (const [index, entry] of raw.entries()) {
      if (this.hasEnough()) return undefined;
      entries.push(yield* this.single(property.type, entry, `${at}[${index}]`));
      yield;
    }
    // An array with an entry that could not be read has no rules to keep any more.
    return entries.includes(undefined) ? undefined : entries;
  }

  private *single(type: PropertyOptions['type'], raw: unknown, at: string): Steps<unknown> {
    if (isComplex(type))
      return isObject(raw) ? yield* this.complex(type(), raw, at) : this.wrongKind(at, raw, 'an object');
    if (isEnum(type))
      return typeof raw === 'string' ? this.member(type, raw, at) : this.wrongKind(at, raw, 'a string');
    switch (type) {
      case 'Json':
        return isObject(raw) ? withPlainNumbers(raw) : this.wrongKind(at, raw, 'a JSON object');
      case 'Boolean':
        return (
          BOOLEANS.get(typeof raw === 'string' ? raw.toLowerCase() : raw) ??
          this.wrongKind(at, raw, 'true or false')
        );
      case 'Int32':
        return Number.isInteger(raw) && Math.abs(raw as number) < 2 ** 31
          ? raw
          : this.wrongKind(at, raw, 'a whole number of 32 bits');
      case 'Int64':
        return isInt64(raw) ? raw : this.wrongKind(at, raw, 'a whole number of 64 bits');
      case 'DateTimeOffset':
        return typeof raw === 'string' && isDateTime(raw)
          ? raw
          : this.wrongKind(at, raw, 'a date and time such as 2026-11-24T18:05:10Z');
      case 'String':
        return this.text(raw, at);
    }
  }

  /** PostgreSQL stores neither U+0000 nor half a surrogate pair, and no database gives the latter back. */
  private text(raw: unknown, at: string): unknown {
    if (typeof raw !== 'string') return this.wrongKind(at, raw, 'a string');
    return raw.includes('\0') || !raw.isWellFormed()
      ? this.wrongKind(at, raw, 'well-formed Unicode text without U+0000')
      : raw;
  }

  private member(type: EnumType, raw: string, at: string): string | undefined {
    const member = memberNamed(type, raw);
    if (member === undefined) {
      this.issues.push({
        foundBy: 'parser',
        code: 'DeserializationError',
        message: `Requested value '${quoteForMessage(raw)}' was not found.`,
        explained: `Property '${at}' must be one of ${membersOf(type).join(', ')} (${type.name}); it is '${quoteForMessage(raw)}'.`,
        target: at,
      });
    }
    return member;
  }

  /** A string joined by commas, never an array (docs/contract/field.md#3.2); kept without blanks, in the model's order (3.10). */
  private flags(type: EnumType, raw: unknown, at: string): string | undefined {
    if (typeof raw !== 'string') return this.wrongKind(at, raw, 'one string, its members joined by commas');
    const parts = raw.split(',', MOST_FLAGS + 1);
    if (parts.length > MOST_FLAGS) return this.wrongKind(at, raw, `${MOST_FLAGS} members at most`);
    const chosen = parts.map((part) => this.member(type, part, at));
    return type.members.filter((member) => chosen.includes(member)).join(',');
  }

  /** The derived type that `@odata.type` names; a name that does not fit is a parser's error (docs/contract/errors.md#c7). */
  private concreteType(declared: Type, json: Json, path: string): Type {
    const { name, derived } = typeOf(declared);
    const given = json['@odata.type'];
    const candidates = derived?.() ?? [declared];
    const wanted = typeof given === 'string' ? localName(given) : undefined;
    const found = candidates.find((candidate) => typeOf(candidate).name === wanted);
    if (found !== undefined) return found;
    if (given === undefined && derived === undefined) return declared;
    const place = path === '' ? 'the body' : `'${path}'`;
    this.issues.push({
      foundBy: 'parser',
      code: 'DeserializationError',
      message:
        given === undefined
          ? `An instance of the abstract type 'microsoft.substrateConnectors.${name}' cannot be created.`
          : `A type named '${quoteForMessage(internalName(given))}' ` +
            'could not be resolved by the model. When a model is available, each type name must resolve to a valid type.',
      explained: `The '@odata.type' of ${place} must be ${candidates.map((candidate) => `'#${NAMESPACE}.${typeOf(candidate).name}'`).join(' or ')}.`,
      target: path === '' ? '@odata.type' : `${path}.@odata.type`,
    });
    return candidates[0]!;
  }

  private broken({ code, describe }: BrokenRule, at: string, raw: unknown): undefined {
    this.issues.push({ foundBy: 'rules', code, message: describe(at, raw), target: at });
  }

  private missing(at: string): undefined {
    this.issues.push({
      foundBy: 'rules',
      code: 'RequiredPropertyMissing',
      message: `Property '${at}' is required.`,
      target: at,
    });
  }

  private wrongKind(at: string, raw: unknown, expected: string): undefined {
    this.issues.push({
      foundBy: 'gateway',
      code: 'PropertyTypeMismatch',
      outerMessage: `Property ${quoteForMessage(at)} in payload has a value that does not match schema.`,
      message: `Property '${quoteForMessage(at)}' must be ${expected}; it is ${describeForMessage(raw)}.`,
      target: at,
    });
  }

  private unknownProperty(key: string, type: Type, at: string): void {
    const { name, navigations } = typeOf(type);
    const isNavigation = navigations !== undefined && Object.hasOwn(navigations, key);
    this.issues.push({
      foundBy: 'gateway',
      code: 'PropertyNotFound',
      outerMessage:
        `The property '${quoteForMessage(key)}' does not exist on type '${NAMESPACE}.${name}'. ` +
        'Make sure to only use property names that are defined by the type.',
      message: isNavigation
        ? `Property '${at}' cannot be written with ${name}: it has an address of its own.`
        : `Property '${quoteForMessage(at)}' exists in no version.`,
      target: quoteForMessage(at),
    });
  }
}
