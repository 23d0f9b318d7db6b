import type { ExternalGroupDto } from './dto/external-group.dto.js';
import type { IdentityDto } from './dto/identity.dto.js';
import type { GroupEntity } from './group.entity.js';
import type { MemberEntity } from './member.entity.js';

/** The only way from a row to a body; a group is answered without its members (contract, api.md section 2.2.14). */
export const toExternalGroup = ({
  id,
  displayName,
  description,
}: GroupEntity): Omit<ExternalGroupDto, 'members'> => ({
  id,
  displayName,
  description,
});

export const toIdentity = ({ id, type }: MemberEntity): IdentityDto => ({ id, type });
