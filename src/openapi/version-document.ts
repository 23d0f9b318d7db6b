import type { OpenAPIObject } from '@nestjs/swagger';
import type { GraphVersion } from '../graph/http/request-context.js';
import { mapTexts, reached, REFERENCE, referenced } from './versioned-schemas.js';

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
