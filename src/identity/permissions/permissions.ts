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
