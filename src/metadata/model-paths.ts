import type { Type } from '@nestjs/common';
import type { GraphVersion } from '../graph/http/request-context.js';
import { isComplex, isEnum, propertiesOf, type PropertyOptions } from '../graph/odata/edm.js';
import { ENTITIES, EXTERNAL, type Navigation } from './service-model.js';

/** A path below the version, `{id}` for a key, and what the service model lets one do there. */
interface ModelPath {
  readonly methods: readonly string[];
  readonly path: string;
}

const has = ({ versions }: { readonly versions?: readonly GraphVersion[] }, version: GraphVersion): boolean =>
  versions?.includes(version) ?? true;

/**
 * Every path of the service model of a version (docs/contract, csdl-*.xml and openapi-*.yaml), by the conventions of OData 4.01
 * part 2, section 4. A path of the model without a route is missing in this server, and no mistake of the client.
 */
export const modelPaths = (version: GraphVersion): ModelPath[] => [
  { methods: ['GET', 'PATCH'], path: 'external' },
  ...navigations('external', EXTERNAL, version),
];

function navigations(owner: string, all: readonly Navigation[], version: GraphVersion): ModelPath[] {
  return all
    .filter((navigation) => has(navigation, version))
    .flatMap(({ name, target, collection }) => {
      const path = `${owner}/${name}`;
      const reference = { methods: ['GET'], path: `${path}/$ref` };
      if (!collection) return [{ methods: ['GET'], path }, reference, ...entity(path, target, version)];
      return [
        { methods: ['GET', 'POST'], path },
        { methods: ['GET'], path: `${path}/$count` },
        reference,
        { methods: ['GET', 'PATCH', 'DELETE'], path: `${path}/{id}` },
        { methods: ['GET'], path: `${path}/{id}/$ref` },
        ...entity(`${path}/{id}`, target, version),
      ];
    });
}

function entity(path: string, type: Type, version: GraphVersion): ModelPath[] {
  const { navigation = [] } = ENTITIES.find((shape) => shape.type === type) ?? {};
  const own = [...propertiesOf(type)].filter(([name]) => !navigation.some((other) => other.name === name));
  return [
    ...navigations(path, navigation, version),
    ...own.flatMap(([name, options]) => property(`${path}/${name}`, options, version)),
  ];
}

function property(path: string, options: PropertyOptions, version: GraphVersion): ModelPath[] {
  if (!has(options, version)) return [];
  const { type, collection } = options;
  const itself = { methods: ['GET'], path };
  if (collection) return [itself, { methods: ['GET'], path: `${path}/$count` }];
  if (!isEnum(type) && isComplex(type)) {
    const members = [...propertiesOf(type())];
    return [itself, ...members.flatMap(([name, member]) => property(`${path}/${name}`, member, version))];
  }
  return [itself, { methods: ['GET'], path: `${path}/$value` }];
}
