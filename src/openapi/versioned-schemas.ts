import type { OpenAPIObject } from '@nestjs/swagger';
import { GRAPH_VERSIONS, type GraphVersion } from '../graph/http/request-context.js';
import { REQUIRED_EXTENSION, VERSIONS_EXTENSION } from '../graph/odata/edm.js';

type Json = Record<string, unknown>;

interface Schema {
  properties?: Record<string, Json>;
  required?: string[];
}

type Schemas = Record<string, Schema>;

const REFERENCE = '#/components/schemas/';
const [DEFAULT_VERSION] = GRAPH_VERSIONS;

const has = (extension: unknown, version: GraphVersion): boolean =>
  Array.isArray(extension) && extension.includes(version);

function inVersion(schema: Schema, version: GraphVersion): Schema {
  if (schema.properties === undefined) return schema;
  const entries = Object.entries(schema.properties).filter(
    ([, property]) =>
      property[VERSIONS_EXTENSION] === undefined || has(property[VERSIONS_EXTENSION], version),
  );
  const required = [
    ...(schema.required ?? []),
    ...entries.filter(([, property]) => has(property[REQUIRED_EXTENSION], version)).map(([name]) => name),
  ];
  const properties = Object.fromEntries(
    entries.map(([name, property]) => {
      const { [VERSIONS_EXTENSION]: _versions, [REQUIRED_EXTENSION]: _required, ...rest } = property;
      return [name, rest];
    }),
  );
  const { required: _before, ...rest } = schema;
  return { ...rest, properties, ...(required.length > 0 ? { required } : {}) };
}

function mapReferences(value: unknown, rename: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((entry) => mapReferences(entry, rename));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      key === '$ref' && typeof entry === 'string' && entry.startsWith(REFERENCE)
        ? REFERENCE + rename(entry.slice(REFERENCE.length))
        : mapReferences(entry, rename),
    ]),
  );
}

function referencesOf(value: unknown): Set<string> {
  const names = new Set<string>();
  mapReferences(value, (name) => {
    names.add(name);
    return name;
  });
  return names;
}

/** The schemas that are not the same in this version as in the default one, through what they refer to as well. */
function differing(schemas: Schemas, version: GraphVersion): Set<string> {
  const names = new Set(
    Object.keys(schemas).filter(
      (name) =>
        JSON.stringify(inVersion(schemas[name]!, version)) !==
        JSON.stringify(inVersion(schemas[name]!, DEFAULT_VERSION)),
    ),
  );
  let before: number;
  do {
    before = names.size;
    for (const [name, schema] of Object.entries(schemas)) {
      if ([...referencesOf(inVersion(schema, version))].some((reference) => names.has(reference)))
        names.add(name);
    }
  } while (names.size > before);
  return names;
}

/**
 * One controller serves every version, so the framework makes one schema a type. Here each version gets its own where
 * they differ: `name` for the default version, `name.v1.0` for the other.
 */
export function separateVersions(document: OpenAPIObject): OpenAPIObject {
  const schemas = (document.components?.schemas ?? {}) as Schemas;
  const result: Schemas = Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, inVersion(schema, DEFAULT_VERSION)]),
  );
  const paths = { ...document.paths };
  for (const version of GRAPH_VERSIONS.filter((candidate) => candidate !== DEFAULT_VERSION)) {
    const names = differing(schemas, version);
    const rename = (name: string): string => (names.has(name) ? `${name}.${version}` : name);
    for (const name of names) {
      result[rename(name)] = mapReferences(inVersion(schemas[name]!, version), rename) as Schema;
    }
    for (const path of Object.keys(paths).filter((candidate) => candidate.startsWith(`/${version}/`))) {
      paths[path] = mapReferences(paths[path], rename) as (typeof paths)[string];
    }
  }
  for (const [path, operations] of Object.entries(paths)) {
    const version = path.split('/')[1]!;
    for (const operation of Object.values(operations) as { operationId?: string }[]) {
      if (operation.operationId !== undefined) operation.operationId = `${version}.${operation.operationId}`;
    }
  }
  return { ...document, paths, components: { ...document.components, schemas: result as never } };
}
