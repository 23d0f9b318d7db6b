import type { Type } from '@nestjs/common';
import type { GraphVersion } from '../http/request-context.js';
import type { Steps } from '../turns.js';
import { isComplex, isEnum, propertiesOf, type PropertyOptions, qualifiedName, typeOf } from './edm.js';

/** How much `@odata.*` an answer has; minimal is the default (docs/contract/api.md#6.2). */
export type MetadataLevel = 'none' | 'minimal' | 'full';

export function metadataLevelOf(accept: string | undefined): MetadataLevel {
  const asked = accept?.includes('odata.metadata=')
    ? /odata\.metadata=(\w+)/i.exec(accept)?.[1]?.toLowerCase()
    : undefined;
  return asked === 'none' || asked === 'full' ? asked : 'minimal';
}

/** What clients need to go on, and so stays at any level (OData JSON format 4.01, section 3.1.3). */
const ALWAYS = /@odata\.(nextLink|count)$/;

/** The body without annotations, at any depth. */
export function* withoutMetadata(value: object): Steps<object> {
  return (yield* strip(value)) as object;
}

function* strip(value: unknown): Steps<unknown> {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return yield* each(value, strip);
  const kept: [string, unknown][] = [];
  for (const [key, entry] of Object.entries(value)) {
    if (key.includes('@odata.') && !ALWAYS.test(key)) continue;
    kept.push([key, typeof entry === 'object' ? yield* strip(entry) : entry]);
  }
  return Object.fromEntries(kept);
}

function* each<T>(values: readonly T[], make: (value: T) => Steps<unknown>): Steps<unknown[]> {
  const made: unknown[] = [];
  for (const value of values) {
    made.push(typeof value === 'object' ? yield* make(value) : value);
    yield;
  }
  return made;
}

type Json = Record<string, unknown>;

/** What JSON itself tells apart needs no annotation (OData JSON format 4.01, section 3.1.2). */
const TOLD_BY_JSON = new Set<unknown>(['String', 'Boolean']);

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As annotations name a type: those of `Edm` without their namespace. */
function annotatedType({ type, collection }: PropertyOptions): string {
  const name = isEnum(type)
    ? qualifiedName(type)
    : isComplex(type)
      ? qualifiedName(typeOf(type()))
      : type === 'Json'
        ? 'microsoft.graph.Json'
        : type;
  return collection ? `#Collection(${name})` : `#${name}`;
}

/** A value of a complex type says which; one of a derived type has said so already. */
function* complexValue(type: Type, value: Json): Steps<Json> {
  const { '@odata.type': said = `#${qualifiedName(typeOf(type))}`, ...own } = value;
  const derived = typeOf(type).derived?.() ?? [];
  const concrete = derived.find((candidate) => `#${qualifiedName(typeOf(candidate))}` === said) ?? type;
  return { '@odata.type': said, ...(yield* typed(concrete, own)) };
}

/** The properties of a value, each with its type before it where JSON does not tell. */
function* typed(type: Type, value: Json): Steps<Json> {
  const properties = propertiesOf(type);
  const members: [string, unknown][] = [];
  for (const [name, entry] of Object.entries(value)) {
    const property = entry === null || entry === undefined ? undefined : properties.get(name);
    if (property === undefined) {
      members.push([name, entry]);
      continue;
    }
    const { type: declared, collection } = property;
    if (collection || !(TOLD_BY_JSON.has(declared) || isComplex(declared)))
      members.push([`${name}@odata.type`, annotatedType(property)]);
    members.push([name, isComplex(declared) ? yield* complexValues(declared(), entry) : entry]);
  }
  return Object.fromEntries(members);
}

function* complexValues(type: Type, value: unknown): Steps<unknown> {
  if (Array.isArray(value)) return yield* each(value, (entry) => complexValues(type, entry));
  return isObject(value) ? yield* complexValue(type, value) : value;
}

/**
 * An entity with everything that `odata.metadata=full` adds (OData JSON format 4.01, section 3.1.2): its type, its
 * address, the types of its properties and the addresses of what it leads to.
 * @param address of the entity, absolute, with keys in parentheses
 * @param withLinks whether to name what it leads to: a `$select` leaves that out
 */
export function* withFullMetadata(
  type: Type,
  value: object,
  address: string,
  version: GraphVersion,
  withLinks: boolean,
): Steps<object> {
  const { navigations = {} } = typeOf(type);
  const links = Object.entries(withLinks ? navigations : {})
    .filter(([, versions]) => versions.includes(version))
    .flatMap(([name]) => [
      [`${name}@odata.associationLink`, `${address}/${name}/$ref`],
      [`${name}@odata.navigationLink`, `${address}/${name}`],
    ]);
  return {
    '@odata.type': `#${qualifiedName(typeOf(type))}`,
    '@odata.id': address,
    '@odata.editLink': address,
    ...(yield* typed(type, value as Json)),
    ...Object.fromEntries(links),
  };
}
