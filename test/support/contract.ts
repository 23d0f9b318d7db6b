import { readFileSync } from 'node:fs';
import type { Permission } from '../../src/identity/permissions/permissions.js';

const contract = (file: string): string => readFileSync(`docs/contract/${file}`, 'utf8');
const inNames = (version: string): string => version.replace('v1.0', 'v1');

/** The service model of a version, in CSDL. */
export const serviceModel = (version: string): string => contract(`csdl-${inNames(version)}-external.xml`);

/** The paths of a version below it, as its OpenAPI document writes them, each with its methods. */
export function documentedPaths(version: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const [, paths] = /^paths:\n([^]*?)^\S/m.exec(contract(`openapi-${inNames(version)}-external.yaml`))!;
  let methods: string[] = [];
  for (const [, path, method] of paths!.matchAll(/^ {2}(\/.*):$|^ {4}(get|put|post|patch|delete):$/gm)) {
    if (path !== undefined) methods = found[path] = [];
    else methods.push(method!.toUpperCase());
  }
  return found;
}

export type Kind = 'application' | 'delegated';

export interface RoutePermissions {
  readonly delegatedWork?: readonly Permission[];
  readonly delegatedPersonal?: readonly Permission[];
  readonly application?: readonly Permission[];
}

type PermissionTable = Record<string, Record<string, RoutePermissions>>;

const mapped = <T, U>(record: Record<string, T>, map: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));

/** What Microsoft's registry says, by path and method; `{id}` is any key. */
function permissionTable(): PermissionTable {
  const { paths } = JSON.parse(contract('permissions-external.json')) as {
    paths: Record<string, Record<string, Record<string, { permissions: Permission[] }>>>;
  };
  return mapped(paths, (methods) =>
    mapped(methods, (kinds) => mapped(kinds, ({ permissions }) => permissions)),
  );
}

const normalized = (path: string): string =>
  path
    .toLowerCase()
    .replace(/^\/(?:beta|v1\.0)(?=\/)/, '')
    .replace(/^\/connections(?=\/)/, '/external/connections')
    .replace(/\/\$count$/, '')
    .replace(/\{[^}]*\}|:\w+/g, '{id}');

/** `METHOD /path` with every key as `{id}`, without the version: the name of a route in the lists here. */
export const routeName = (method: string, path: string): string => `${method} ${normalized(path)}`;

const CONNECTION = '/external/connections/{id}';

/**
 * Routes of the application that have no entry in the registry, and the one whose permissions they need. The lists are
 * in the service model without a page (docs/contract/api.md#2.1); they show what the single `GET` shows. Of a
 * `/$count` the registry says nothing either: it shows less than its list, and needs the same. An action may be called
 * by its qualified name.
 */
export const AS_ANOTHER: Readonly<Record<string, string>> = {
  [`GET ${CONNECTION}/operations`]: `GET ${CONNECTION}/operations/{id}`,
  [`GET ${CONNECTION}/items`]: `GET ${CONNECTION}/items/{id}`,
  [`GET ${CONNECTION}/groups`]: `GET ${CONNECTION}/groups/{id}`,
  'GET /external': 'GET /external/connections',
  [`GET ${CONNECTION}/items/{id}/activities`]: `GET ${CONNECTION}/items/{id}`,
  [`GET ${CONNECTION}/items/{id}/activities/{id}`]: `GET ${CONNECTION}/items/{id}`,
  [`GET ${CONNECTION}/groups/{id}/members/{id}`]: `GET ${CONNECTION}/groups/{id}`,
  [`GET ${CONNECTION}/groups/{id}/members`]: `GET ${CONNECTION}/groups/{id}`,
  [`POST ${CONNECTION}/items/{id}/microsoft.graph.externalconnectors.addactivities`]: `POST ${CONNECTION}/items/{id}/addactivities`,
  'POST /search/microsoft.graph.query': 'POST /search/query',
};

/** Entries of the registry that are no part of this API: other products, and paths that no model and no page has (docs/contract/api.md#2.1). */
export const NOT_OF_THIS_API: readonly string[] = [
  'POST /search/grounding',
  `POST ${CONNECTION}/fullrefresh/start`,
  `POST ${CONNECTION}/fullrefresh/end`,
  `POST ${CONNECTION}/fullrefresh/items`,
  `POST ${CONNECTION}/fullrefresh/groups`,
  `POST ${CONNECTION}/fullrefresh/groups/{id}/members`,
];

/** The registry does not tell versions apart (docs/contract/api.md#8). */
export const BETA_ALONE: readonly string[] = [`GET ${CONNECTION}/quota`];

/** The registry by the names of routes. */
export const registry = (): ReadonlyMap<string, RoutePermissions> =>
  new Map(
    Object.entries(permissionTable()).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, route]) => [routeName(method, path), route] as const),
    ),
  );

/** The registry's entry for a path as the application writes it: with or without version, keys of any name. */
export function registered(method: string, path: string): RoutePermissions | undefined {
  const name = routeName(method, path);
  return registry().get(AS_ANOTHER[name] ?? name);
}

/** The permissions that open a route for a kind of token; none where the kind is not supported. */
export const opening = (route: RoutePermissions | undefined, kind: Kind): readonly Permission[] =>
  route?.[kind === 'delegated' ? 'delegatedWork' : 'application'] ?? [];
