import { permissionMissing } from '../../graph/errors/catalogue/permission.js';
import type { AuthorizedCaller, Caller } from '../caller.js';
import type { PermissionDeclaration } from './permissions.js';

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
