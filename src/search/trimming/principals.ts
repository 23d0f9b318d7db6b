import { isGroupId } from '../../groups/group-id.js';
import { isGuid } from '../../graph/odata/guid.js';
import type { AclDto } from '../../items/dto/acl.dto.js';

/** Every user has them; guests cannot search at all (docs/contract/search.md#1). */
export const EVERY_USER = ['everyone', 'everyoneExceptGuests'] as const;

/** `u:` and a GUID in lower case. */
export const userPrincipal = (id: string): string => `u:${id.toLowerCase()}`;
/** `g:` and a GUID in lower case. */
export const directoryGroupPrincipal = (id: string): string => `g:${id.toLowerCase()}`;
/** `x:` and the id of the external group, with its case. */
export const externalGroupPrincipal = (id: string): string => `x:${id}`;

/**
 * Whom an entry of an access control list names, as an exact string; undefined if it matches nobody: a directory user or group
 * whose value is no GUID (docs/contract/field.md#1.7), an external group whose id no group can have.
 */
export function principalOf({ type, value, identitySource }: AclDto): string | undefined {
  switch (type) {
    case 'everyone':
    case 'everyoneExceptGuests':
      return type;
    case 'user':
      return isGuid(value) ? userPrincipal(value) : undefined;
    case 'group':
      if (identitySource !== 'external') return isGuid(value) ? directoryGroupPrincipal(value) : undefined;
      return isGroupId(value) ? externalGroupPrincipal(value) : undefined;
    case 'externalGroup':
      return isGroupId(value) ? externalGroupPrincipal(value) : undefined;
    default:
      return undefined;
  }
}

/** The entry of an access control list that decides; without one, nobody granted anything. */
export interface Decision {
  readonly visible: boolean;
  /** The place of the entry that denied, or else of the first one that granted. */
  readonly entry?: number;
  readonly principal?: string;
}

/**
 * Whether somebody who is all of these principals sees an item with this list: a deny goes before each grant, and without a
 * grant the item is not visible (docs/contract/search.md#4).
 */
export function decide(acl: readonly AclDto[], principals: ReadonlySet<string>): Decision {
  let granted: Decision = { visible: false };
  for (const [entry, { accessType }] of acl.entries()) {
    const principal = principalOf(acl[entry]!);
    if (principal === undefined || !principals.has(principal)) continue;
    if (accessType === 'deny') return { visible: false, entry, principal };
    if (accessType === 'grant' && !granted.visible) granted = { visible: true, entry, principal };
  }
  return granted;
}
