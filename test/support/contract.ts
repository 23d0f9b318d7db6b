import { existsSync, readFileSync } from 'node:fs';
import type { Permission } from '../../src/identity/permissions/permissions.js';

/** The contract itself, which not everyone has, and the trimmed copy of it that is here. */
export const CONTRACT = '../shared/contract/permissions-external.json';
const COPY = 'test/support/contract/permissions-external.json';

export type Kind = 'application' | 'delegated';

export interface RoutePermissions {
  readonly delegatedWork?: readonly Permission[];
  readonly delegatedPersonal?: readonly Permission[];
  readonly application?: readonly Permission[];
}

export type PermissionTable = Record<string, Record<string, RoutePermissions>>;

const json = (path: string): any => JSON.parse(readFileSync(path, 'utf8'));

/** What the registry says, by path and method; `{id}` is any key. */
export const permissionTable = (): PermissionTable => json(COPY).paths;

/** The same table out of the contract itself, where it can be had. */
export function contractTable(): PermissionTable | undefined {
  if (!existsSync(CONTRACT)) return undefined;
  const paths: Record<string, Record<string, Record<string, { permissions: Permission[] }>>> = json(
    CONTRACT,
  ).paths;
  const mapped = <T, U>(record: Record<string, T>, map: (value: T) => U): Record<string, U> =>
    Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
  return mapped(paths, (methods) =>
    mapped(methods, (kinds) => mapped(kinds, ({ permissions }) => permissions)),
  );
}

const normalized = (path: string): string =>
  path
    .toLowerCase()
    .replace(/^\/external(?=\/)/, '')
    .replace(/\/\$count$/, '')
    .replace(/\{[^}]*\}|:\w+/g, '{id}');

/** The lists that no page documents, and the single entity whose `GET` needs what they need. */
const LIKE_SINGLE: Readonly<Record<string, string>> = {
  '/connections/{id}/operations': '/connections/{id}/operations/{id}',
  '/connections/{id}/items': '/connections/{id}/items/{id}',
  '/connections/{id}/groups': '/connections/{id}/groups/{id}',
  '/connections/{id}/groups/{id}/members': '/connections/{id}/groups/{id}',
};

/**
 * The registry's entry for a path as the application writes it: without version, keys of any name. Of a `/$count` and of
 * some lists the registry says nothing: they are taken to need what the list, or the single entity, needs.
 */
export function registered(method: string, path: string): RoutePermissions | undefined {
  const table = permissionTable();
  const asked = normalized(path);
  const wanted = method === 'GET' ? (LIKE_SINGLE[asked] ?? asked) : asked;
  const entry = Object.keys(table).find((candidate) => normalized(candidate) === wanted);
  return entry === undefined ? undefined : table[entry]![method];
}

/** The permissions that open a route for a kind of token; none where the kind is not supported. */
export const opening = (route: RoutePermissions | undefined, kind: Kind): readonly Permission[] =>
  route?.[kind === 'delegated' ? 'delegatedWork' : 'application'] ?? [];
