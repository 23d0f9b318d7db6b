import type { BodyIssue } from '../graph/errors/catalogue/request.js';
import { shown } from '../graph/errors/shown.js';
import { isGuid } from '../graph/odata/guid.js';
import { matches, type Rule } from '../graph/odata/rules.js';
import type { CreateIdentityDto } from './dto/identity.dto.js';
import { GROUP_ID, isGroupId } from './group-id.js';

/** The rule of a group's id (docs/contract/errors.md#m4). */
export const GROUP_ID_RULE: Rule = matches(
  GROUP_ID,
  'InvalidGroupId',
  (_, value) =>
    `External group id '${shown(value)}' is not valid: it must have 1 to 128 of the characters A-Z a-z 0-9 _ - =.`,
);

type Kind = Pick<CreateIdentityDto, 'type' | 'identitySource'>;

/** Whether a member is an external group, in the newer form or in the older one (docs/contract/field.md#4.1). */
export const isExternalGroup = ({ type, identitySource }: Kind): boolean =>
  type === 'externalGroup' || (type === 'group' && identitySource === 'external');

const issue = (code: string, message: string, target: string): BodyIssue => ({
  foundBy: 'rules',
  code,
  message,
  target,
});

/**
 * What is wrong with a member: with its id, since only a GUID names a user or a group of the directory (docs/contract/field.md#4.2), and with an identity source that its type cannot have, as in an access control list.
 */
export function memberFaults({ id, type, identitySource }: CreateIdentityDto): BodyIssue[] {
  const external = isExternalGroup({ type, identitySource });
  if (identitySource === (external ? 'azureActiveDirectory' : 'external'))
    return [
      issue(
        'InvalidIdentitySource',
        `A member of type '${type}' cannot have identitySource '${identitySource}'.`,
        'identitySource',
      ),
    ];
  if (external ? isGroupId(id) : isGuid(id)) return [];
  return [
    external
      ? issue(
          'InvalidIdentityId',
          `Identity id '${shown(id)}' is not valid: an external group is named by its id in the connection.`,
          'id',
        )
      : issue(
          'InvalidGuidForAadMemberType',
          `Identity id '${shown(id)}' is not valid: a ${type} is named by its object id in the directory, a GUID.`,
          'id',
        ),
  ];
}
