import type { GraphVersion } from '../graph/http/request-context.js';
import type { ExternalGroupDto } from './dto/external-group.dto.js';
import type { IdentityDto } from './dto/identity.dto.js';
import { isExternalGroup } from './group-rules.js';
import type { GroupEntity } from './group.entity.js';
import type { MemberEntity } from './member.entity.js';

/** The only way from a row to a body; a group is answered without its members (docs/contract/api.md#2.2.14). */
export const toExternalGroup = ({
  id,
  displayName,
  description,
}: GroupEntity): Omit<ExternalGroupDto, 'members'> => ({
  id,
  displayName,
  description,
});

/**
 * As an entry of an access control list: beta answers a member as it was written, and in v1.0 it has no identity source,
 * and an external group is a type of its own (docs/contract/field.md#4.1, docs/contract/api.md#8).
 */
export const toIdentity = ({ id, type, identitySource }: MemberEntity, version: GraphVersion): IdentityDto =>
  version === 'beta'
    ? { id, type, ...(identitySource === null ? {} : { identitySource }) }
    : { id, type: isExternalGroup({ type, identitySource }) ? 'externalGroup' : type };
