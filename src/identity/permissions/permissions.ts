import { permissionMissing } from '../../graph/errors/catalogue/permission.js';
import type { AuthorizedCaller, Caller } from '../caller.js';

/** The permissions of this API, in the order of the registry (contract, permissions-external.json). */
export const PERMISSIONS = [
  'ExternalConnection.ReadWrite.OwnedBy',
  'ExternalConnection.Read.All',
  'ExternalConnection.ReadWrite.All',
  'ExternalItem.ReadWrite.OwnedBy',
  'ExternalItem.Read.All',
  'ExternalItem.ReadWrite.All',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** What a route asks for, least privileged first; personal Microsoft accounts are supported nowhere. */
export interface PermissionDeclaration {
  readonly delegated: readonly Permission[];
  readonly application: readonly Permission[];
}

/** The same for signed-in users and for applications. */
const forBoth = (...permissions: Permission[]): PermissionDeclaration => ({
  delegated: permissions,
  application: permissions,
});

/** Connections, their schemas and operations (docs/contract/api.md#2.1). A list, which no page documents, needs what its single `GET` needs. */
export const CONNECTION_READERS = forBoth(
  'ExternalConnection.ReadWrite.OwnedBy',
  'ExternalConnection.Read.All',
  'ExternalConnection.ReadWrite.All',
);

export const CONNECTION_WRITERS = forBoth(
  'ExternalConnection.ReadWrite.OwnedBy',
  'ExternalConnection.ReadWrite.All',
);

/** The quota of a connection (docs/contract/api.md#2.1). */
export const QUOTA_READERS: PermissionDeclaration = {
  delegated: [],
  application: ['ExternalConnection.ReadWrite.OwnedBy'],
};

/** Items with their activities, and external groups with their members (docs/contract/api.md#2.1). */
export const ITEM_READERS = forBoth(
  'ExternalItem.ReadWrite.OwnedBy',
  'ExternalItem.Read.All',
  'ExternalItem.ReadWrite.All',
);

export const ITEM_WRITERS = forBoth('ExternalItem.ReadWrite.OwnedBy', 'ExternalItem.ReadWrite.All');

/** Of search and retrieval: no application may (docs/contract/search.md#1, docs/contract/retrieval.md#1). */
export const ITEM_SEARCHERS: PermissionDeclaration = {
  delegated: ['ExternalItem.Read.All'],
  application: [],
};

/** No signed-in user may (docs/contract/api.md#2.1). */
export const ACTIVITY_WRITERS: PermissionDeclaration = {
  delegated: [],
  application: ITEM_WRITERS.application,
};

/**
 * The caller, let in by one of the permissions that are declared for its kind of token.
 * @throws permissionMissing
 */
export function authorize(caller: Caller, declaration: PermissionDeclaration): AuthorizedCaller {
  const needed = declaration[caller.kind];
  const granting = needed.filter((permission) => caller.permissions.has(permission));
  if (granting.length === 0) throw permissionMissing(caller.kind, needed, caller.permissions);
  const reach = granting.every((permission) => permission.endsWith('.OwnedBy')) ? 'owned' : 'all';
  return { ...caller, reach };
}
