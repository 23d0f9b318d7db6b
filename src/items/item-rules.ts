import type { BodyIssue } from '../graph/errors/catalogue/request.js';
import { quoteForMessage } from '../graph/errors/quote-for-message.js';
import type { Steps } from '../graph/turns.js';
import { enough } from '../graph/odata/rules.js';
import { isGuid } from '../graph/odata/edm-values.js';
import type { AclDto } from './external-item.dto.js';

const LONGEST_ID = 128;
/** The alphabet of Base64 for addresses and file names: what connectors use (docs/contract/api.md#10.7). */
const ID = /^[\w=-]+$/;

/** What is wrong with the id of an item, if anything is (docs/contract/errors.md#i9). */
export function itemIdFault(id: string): string | undefined {
  if (id.length > LONGEST_ID) return `Item id cannot exceed ${LONGEST_ID} characters.`;
  return ID.test(id)
    ? undefined
    : `Item id '${quoteForMessage(id)}' may have the characters A-Z a-z 0-9 _ - = alone.`;
}

const OF_THE_DIRECTORY = new Set(['user', 'group', 'everyone', 'everyoneExceptGuests']);

const fault = (message: string, target: string): BodyIssue => ({
  foundBy: 'rules',
  code: 'InvalidAcl',
  message,
  target,
});

/** An item without an access control list (docs/contract/errors.md#i3). */
export const ACL_REQUIRED = fault('Acl list is null or empty for this item.', 'acl');

/**
 * What is wrong with an access control list that was sent (docs/contract/api.md#1.9, docs/contract/errors.md#i3). Its ids are not
 * looked up: an external group may be named before it exists.
 */
export function* aclFaults(acl: readonly AclDto[] | null): Steps<BodyIssue[]> {
  if (acl === null || acl.length === 0) return [ACL_REQUIRED];
  return yield* enough(entryFaults(acl));
}

function* entryFaults(acl: readonly AclDto[]): Iterable<BodyIssue | undefined> {
  for (const [index, { type, identitySource }] of acl.entries()) {
    const at = `acl[${index}].identitySource`;
    if (identitySource === 'external' && type !== 'group' && type !== 'externalGroup')
      yield fault(`An acl entry of type '${type}' cannot have identitySource 'external'; group can.`, at);
    if (identitySource === 'azureActiveDirectory' && !OF_THE_DIRECTORY.has(type))
      yield fault(`An acl entry of type '${type}' cannot have identitySource 'azureActiveDirectory'.`, at);
    yield undefined;
  }
}

/**
 * The place of the first entry of a directory user or group whose value is no GUID, -1 where there is none: it is taken,
 * and matches nobody (docs/contract/field.md#1.7).
 */
export const unmatchedEntry = (acl: readonly AclDto[]): number =>
  acl.findIndex(
    ({ type, value, identitySource }) =>
      (type === 'user' || (type === 'group' && identitySource !== 'external')) && !isGuid(value),
  );
