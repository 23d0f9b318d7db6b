import type { BodyIssue } from '../graph/errors/catalogue/request.js';
import { shown } from '../graph/errors/shown.js';
import { isGuid } from '../graph/odata/guid.js';
import { matches, type Rule } from '../graph/odata/rules.js';
import type { CreateIdentityDto } from './dto/identity.dto.js';

/** The URL- and file-name-safe alphabet of Base64 (contract, api.md section 10, conflict 7). */
const GROUP_ID = /^[A-Za-z0-9_=-]{1,128}$/;

/** The rule of a group's id (contract, errors.md M4). */
export const GROUP_ID_RULE: Rule = matches(
  GROUP_ID,
  'InvalidGroupId',
  (_, value) =>
    `External group id '${shown(value)}' is not valid: it must have 1 to 128 of the characters A-Z a-z 0-9 _ - =.`,
);

/** Whether anything can have this id, in an address as well. */
export const isGroupId = (id: string): boolean => GROUP_ID.test(id);

/**
 * The form in which the ids of members are compared and stored as a key. Users and groups of the directory have GUIDs,
 * which are the same in any case; the ids of external groups are told apart with case.
 */
export const normalizedMemberId = (id: string): string => (isGuid(id) ? id.toLowerCase() : id);

/** What is wrong with the id of a member of its type: only a GUID names a user or a group of the directory. */
export function memberFaults({ id, type }: CreateIdentityDto): BodyIssue[] {
  if (type === 'externalGroup' ? isGroupId(id) : isGuid(id)) return [];
  return [
    {
      foundBy: 'rules',
      code: 'InvalidIdentityId',
      message:
        type === 'externalGroup'
          ? `Identity id '${shown(id)}' is not valid: an externalGroup is named by the id of an external group.`
          : `Identity id '${shown(id)}' is not valid: a ${type} is named by its object id in the directory, a GUID.`,
      target: 'id',
    },
  ];
}
