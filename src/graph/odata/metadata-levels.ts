import type { Type } from '@nestjs/common';
import type { GraphVersion } from '../http/request-context.js';
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
export function withoutMetadata(value: object): object {
  return strip(value) as object;
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !key.includes('@odata.') || ALWAYS.test(key))
      .map(([key, entry]) => [key, strip(entry)]),
  );
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
function complexValue(type: Type, value: Json): Json {
  const { '@odata.type': said = `#${qualifiedName(typeOf(type))}`, ...own } = value;
  const derived = typeOf(type).derived?.() ?? [];
  const concrete = derived.find((candidate) => `#${qualifiedName(typeOf(candidate))}` === said) ?? type;
  return { '@odata.type': said, ...typed(concrete, own) };
}

/** The properties of a value, each with its type before it where JSON does not tell. */
function typed(type: Type, value: Json): Json {
  const properties = propertiesOf(type);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, entry]) => {
      const property = properties.get(name);
      if (property === undefined || entry === null || entry === undefined) return [[name, entry]];
      const { type: declared, collection } = property;
      const annotation =
        !collection && (TOLD_BY_JSON.has(declared) || isComplex(declared))
          ? []
          : [[`${name}@odata.type`, annotatedType(property)]];
      if (!isComplex(declared)) return [...annotation, [name, entry]];
      const each = (one: unknown): unknown => (isObject(one) ? complexValue(declared(), one) : one);
      return [...annotation, [name, Array.isArray(entry) ? entry.map(each) : each(entry)]];
    }),
  );
}

/**
 * An entity with everything that `odata.metadata=full` adds (OData JSON format 4.01, section 3.1.2): its type, its
 * address, the types of its properties and the addresses of what it leads to.
 * @param address of the entity, absolute, with keys in parentheses
 * @param withLinks whether to name what it leads to: a `$select` leaves that out
 */
export function withFullMetadata(
  type: Type,
  value: object,
  address: string,
  version: GraphVersion,
  withLinks: boolean,
): object {
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
    ...typed(type, value as Json),
    ...Object.fromEntries(links),
  };
}
