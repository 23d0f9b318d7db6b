import type { OpenAPIObject } from '@nestjs/swagger';
import { GRAPH_VERSIONS } from '../graph/http/request-context.js';
import { ENUM_EXTENSION, isOpenSchema } from '../graph/odata/edm.js';
import { operationsOf } from './operations.js';
import { reached, REFERENCE } from './versions.js';

type Json = Record<string, unknown>;

interface Schema extends Json {
  properties?: Record<string, Json>;
  required?: string[];
}

const VERSION = new RegExp(
  `\\.(?:${GRAPH_VERSIONS.map((version) => version.replace('.', '\\.')).join('|')})$`,
);

/** What the framework has no word for: named enumerations, open and closed types, and what `$select` may leave out. */
export function detailSchemas(document: OpenAPIObject): OpenAPIObject {
  const schemas = (document.components?.schemas ?? {}) as Record<string, Schema>;
  nameEnumerations(schemas);
  const bodies = operationsOf(document).map(({ requestBody }) => requestBody);
  // What nothing refers to is a type of values that an open type of a request may hold.
  const referred = reached(document.paths, schemas);
  const values = Object.keys(schemas).filter((name) => !referred.has(name));
  const requests = new Set([...reached(bodies, schemas), ...values]);
  for (const [name, schema] of Object.entries(schemas)) {
    if (isOpenSchema(name.replace(VERSION, ''))) schema.additionalProperties = true;
    // Annotations, `name@odata.type`, may stand beside every member.
    else if (requests.has(name) && schema.properties !== undefined)
      Object.assign(schema, { additionalProperties: false, patternProperties: { '@': {} } });
  }
  for (const name of selectable(document, schemas)) if (!requests.has(name)) delete schemas[name]!.required;
  return document;
}

/** Gives each enumeration a schema of its own, to which its properties refer. */
function nameEnumerations(schemas: Record<string, Schema>): void {
  for (const { properties = {} } of Object.values(schemas)) {
    for (const [name, property] of Object.entries(properties)) {
      const { [ENUM_EXTENSION]: enumeration, type, items, ...rest } = property;
      if (enumeration === undefined) continue;
      const { name: schema, schema: declared } = enumeration as { name: string; schema: Schema };
      schemas[schema] = declared;
      const $ref = REFERENCE + schema;
      if (items !== undefined) properties[name] = { ...rest, type, items: { $ref } };
      else if (Array.isArray(type)) properties[name] = { ...rest, anyOf: [{ $ref }, { type: 'null' }] };
      else properties[name] = { ...rest, $ref };
    }
  }
}

/** The schemas of entities that are answered where `$select` may leave any property out. */
function selectable(document: OpenAPIObject, schemas: Record<string, Schema>): Set<string> {
  const names = new Set<string>();
  for (const { parameters = [], responses } of operationsOf(document)) {
    if (!parameters.some(({ name }) => name === '$select')) continue;
    for (const [status, { content }] of Object.entries(responses)) {
      const answered = nameOf(content?.['application/json']?.schema);
      if (!status.startsWith('2') || answered === undefined) continue;
      const entries = schemas[answered]?.properties?.value?.items;
      names.add(nameOf(entries) ?? answered);
    }
  }
  return names;
}

function nameOf(schema: unknown): string | undefined {
  const { $ref } = (schema ?? {}) as { $ref?: string };
  return $ref?.slice(REFERENCE.length);
}
