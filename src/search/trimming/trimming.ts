import { Injectable } from '@nestjs/common';
import { Memberships, type Member, type MembershipStep } from '../../groups/memberships.js';
import type { Caller } from '../../identity/caller.js';
import type { AclDto } from '../../items/dto/acl.dto.js';
import {
  decide,
  directoryGroupPrincipal,
  EVERY_USER,
  externalGroupPrincipal,
  principalOf,
  userPrincipal,
} from './principals.js';

/** Who looks: the user of a delegated token, with the directory groups that it names. */
export type SearchingUser = Pick<Caller, 'userId' | 'groups'>;

/** An item, as far as it decides who sees it. */
export interface TrimmedItem {
  readonly connectionKey: string;
  readonly acl: readonly AclDto[];
}

/** Why an entry did not match the user. */
export type Missing =
  /** Its value is no id that a user, a directory group or an external group can have. */
  | 'matchesNobody'
  | 'otherUser'
  /** The directory group is not in the `groups` claim of the token. */
  | 'groupNotInToken'
  /** The external group does not hold the user, or does not exist. */
  | 'notInExternalGroup'
  /** It denies, and names somebody else. */
  | 'deniesOthers';

/** Whether a user sees an item, and the reason. */
export type Explanation =
  | { readonly visible: false; readonly because: 'noUser' }
  | {
      readonly visible: boolean;
      readonly because: 'granted' | 'denied';
      /** The place of the entry in the access control list. */
      readonly entry: number;
      readonly principal: string;
      /** How the user is in the external group of the entry: from the user, or one of the directory groups, up to the group. */
      readonly path?: readonly MembershipStep[];
    }
  | {
      readonly visible: false;
      readonly because: 'notGranted';
      /** One for each entry of the list. */
      readonly missing: readonly { readonly entry: number; readonly why: Missing }[];
    };

const EXTERNAL_GROUP = externalGroupPrincipal('');

/** Who is what to access control lists, and why somebody sees an item or does not (docs/contract/search.md#4). */
@Injectable()
export class Trimming {
  constructor(private readonly memberships: Memberships) {}

  /**
   * Everything that a user is to the lists of one connection's items, as exact strings (`principals.ts`); nothing for a caller
   * without a user. The external groups are those of one moment, and 10,000 at most.
   */
  async principalsOf(user: SearchingUser, connectionKey: string): Promise<string[]> {
    const member = memberOf(user);
    if (member === undefined) return [];
    const groups = await this.memberships.groupsOf(connectionKey, member);
    return [
      ...EVERY_USER,
      userPrincipal(member.userId),
      ...member.directoryGroups.map(directoryGroupPrincipal),
      ...groups.map(externalGroupPrincipal),
    ];
  }

  /** Whether the user sees the item, which entry of its list decides that and how it is the user's, or what is missing. */
  async explain(user: SearchingUser, item: TrimmedItem): Promise<Explanation> {
    const member = memberOf(user);
    if (member === undefined) return { visible: false, because: 'noUser' };
    const principals = new Set(await this.principalsOf(user, item.connectionKey));
    const { visible, entry, principal } = decide(item.acl, principals);
    if (entry === undefined || principal === undefined)
      return { visible: false, because: 'notGranted', missing: item.acl.map(missing) };
    const path = principal.startsWith(EXTERNAL_GROUP)
      ? await this.memberships.pathTo(item.connectionKey, member, principal.slice(EXTERNAL_GROUP.length))
      : undefined;
    return { visible, because: visible ? 'granted' : 'denied', entry, principal, path };
  }
}

function memberOf({ userId, groups = [] }: SearchingUser): Member | undefined {
  if (userId === undefined) return undefined;
  return { userId: userId.toLowerCase(), directoryGroups: groups };
}

/** Of an entry that is not the user's. */
function missing(entry: AclDto, place: number): { entry: number; why: Missing } {
  const why = (): Missing => {
    if (principalOf(entry) === undefined) return 'matchesNobody';
    if (entry.accessType === 'deny') return 'deniesOthers';
    if (entry.type === 'user') return 'otherUser';
    return entry.type === 'group' && entry.identitySource !== 'external'
      ? 'groupNotInToken'
      : 'notInExternalGroup';
  };
  return { entry: place, why: why() };
}
