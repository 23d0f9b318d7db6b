import type { OpenAPIObject } from '@nestjs/swagger';
import { GRAPH_VERSIONS, type GraphVersion } from '../graph/http/request-context.js';
import { REQUIRED_EXTENSION, VERSIONS_EXTENSION } from '../graph/odata/edm.js';
import { operationsOf } from './operations.js';

type Json = Record<string, unknown>;

interface Schema {
  properties?: Record<string, Json>;
  required?: string[];
}

type Schemas = Record<string, Schema>;

export const REFERENCE = '#/components/schemas/';
const [DEFAULT_VERSION] = GRAPH_VERSIONS;
/** A link in an example, up to its version. */
const LINK = new RegExp(`^(https?://[^/]+)/${DEFAULT_VERSION}/`);

const has = (extension: unknown, version: GraphVersion): boolean =>
  Array.isArray(extension) && extension.includes(version);

/** What a request must have may be neither null nor empty, though an answer may have null there. */
function notNull(property: Json): Json {
  const { type, ...rest } = property;
  if (!Array.isArray(type)) return property;
  const [only] = type.filter((name) => name !== 'null') as string[];
  return { type: only, ...(only === 'string' ? { minLength: 1 } : {}), ...rest };
}

/** A schema as it is in one version, in the order of an answer: annotations, what is always there, the rest. */
function inVersion(schema: Schema, version: GraphVersion, isRequest: boolean): Schema {
  if (schema.properties === undefined) return schema;
  const entries = Object.entries(schema.properties).filter(
    ([, property]) =>
      property[VERSIONS_EXTENSION] === undefined || has(property[VERSIONS_EXTENSION], version),
  );
  const required = [
    ...(schema.required ?? []),
    ...entries.filter(([, property]) => has(property[REQUIRED_EXTENSION], version)).map(([name]) => name),
  ];
  const place = (name: string): number => (name.startsWith('@') ? 0 : required.includes(name) ? 1 : 2);
  const properties = Object.fromEntries(
    entries
      .toSorted(([a], [b]) => place(a) - place(b))
      .map(([name, property]) => {
        const { [VERSIONS_EXTENSION]: _versions, [REQUIRED_EXTENSION]: _required, ...rest } = property;
        return [name, isRequest && required.includes(name) ? notNull(rest) : rest];
      }),
  );
  const { required: _before, ...rest } = schema;
  return { ...rest, properties, ...(required.length > 0 ? { required } : {}) };
}

/** A copy in which each text is what `map` makes of it. */
function mapTexts(value: unknown, map: (text: string, key: string) => string, key = ''): unknown {
  if (typeof value === 'string') return map(value, key);
  if (Array.isArray(value)) return value.map((entry) => mapTexts(entry, map));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, mapTexts(entry, map, name)]));
}

/** The name of the schema that a text refers to, if it is a reference. */
const referenced = (text: string, key: string): string | undefined =>
  key === '$ref' && text.startsWith(REFERENCE) ? text.slice(REFERENCE.length) : undefined;

function referencesOf(value: unknown): Set<string> {
  const names = new Set<string>();
  mapTexts(value, (text, key) => {
    const name = referenced(text, key);
    if (name !== undefined) names.add(name);
    return text;
  });
  return names;
}

/** The schemas that a part of a document refers to, through others as well. */
export function reached(part: unknown, schemas: Record<string, unknown>): Set<string> {
  const names = new Set<string>();
  const waiting = [...referencesOf(part)];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (names.has(name)) continue;
    names.add(name);
    waiting.push(...referencesOf(schemas[name]));
  }
  return names;
}

/** The schemas that are not the same in two versions, through what they refer to as well. */
function differing(schemas: Schemas, others: Schemas): Set<string> {
  const names = new Set(
    Object.keys(schemas).filter((name) => JSON.stringify(schemas[name]) !== JSON.stringify(others[name])),
  );
  let before: number;
  do {
    before = names.size;
    for (const [name, schema] of Object.entries(schemas)) {
      if ([...referencesOf(schema)].some((reference) => names.has(reference))) names.add(name);
    }
  } while (names.size > before);
  return names;
}

/**
 * One controller serves every version, so the framework makes one schema a type. Here each version gets its own where
 * they differ: `name` for the default version, `name.v1.0` for the other. Examples are written for the default version.
 */
export function separateVersions(document: OpenAPIObject): OpenAPIObject {
  const declared = (document.components?.schemas ?? {}) as Schemas;
  const requests = referencesOf(operationsOf(document).map(({ requestBody }) => requestBody));
  const schemasIn = (version: GraphVersion): Schemas =>
    Object.fromEntries(
      Object.entries(declared).map(([name, schema]) => [
        name,
        inVersion(schema, version, requests.has(name)),
      ]),
    );
  const result = schemasIn(DEFAULT_VERSION);
  const paths: OpenAPIObject['paths'] = {};
  for (const version of GRAPH_VERSIONS) {
    const schemas = schemasIn(version);
    const names = differing(schemas, schemasIn(DEFAULT_VERSION));
    const translate = <T>(part: T): T =>
      mapTexts(part, (text, key) => {
        if (key === 'operationId') return `${version}.${text}`;
        const name = referenced(text, key);
        if (name !== undefined) return names.has(name) ? `${text}.${version}` : text;
        return text.replace(LINK, (_, origin: string) => `${origin}/${version}/`);
      }) as T;
    for (const name of names) result[`${name}.${version}`] = translate(schemas[name]!);
    for (const [path, operations] of Object.entries(document.paths)) {
      if (path.startsWith(`/${version}/`)) paths[path] = translate(operations);
    }
  }
  // A schema of which only one version has the property that leads to it is needed by that version alone.
  const names = reached(paths, result);
  return {
    ...document,
    // Those of the first version, those of the second, and what has no version.
    paths: { ...paths, ...document.paths, ...paths },
    components: {
      ...document.components,
      schemas: Object.fromEntries(
        Object.entries(result).filter(([name]) => names.has(name) || name in declared),
      ),
    },
  };
}

/** The part of the document that is one version's, in which a schema has the same name as in the other's. */
export function documentOf(document: OpenAPIObject, version: GraphVersion): OpenAPIObject {
  const paths = Object.fromEntries(
    Object.entries(document.paths).filter(([path]) => path.startsWith(`/${version}/`)),
  );
  const schemas = document.components?.schemas ?? {};
  const names = reached(paths, schemas);
  // What nothing refers to is a type of values that an open type may hold.
  const referred = reached(document.paths, schemas);
  const ending = `.${version}`;
  const short = (name: string): string => (name.endsWith(ending) ? name.slice(0, -ending.length) : name);
  const renamed = <T>(part: T): T =>
    mapTexts(part, (text, key) => {
      const name = referenced(text, key);
      return name === undefined ? text : REFERENCE + short(name);
    }) as T;
  const kept = Object.entries(schemas).filter(([name]) => names.has(name) || !referred.has(name));
  const tags = new Set(
    Object.values(paths).flatMap((path) =>
      Object.values(path as Record<string, { tags?: string[] }>).flatMap((operation) => operation.tags ?? []),
    ),
  );
  return {
    ...document,
    info: { ...document.info, title: `${document.info.title} ${version}` },
    tags: document.tags?.filter(({ name }) => tags.has(name)),
    paths: renamed(paths),
    components: {
      ...document.components,
      schemas: Object.fromEntries(kept.map(([name, schema]) => [short(name), renamed(schema)])),
    },
  };
}
