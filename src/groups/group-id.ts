import { isGuid } from '../graph/odata/guid.js';

/** The URL- and file-name-safe alphabet of Base64 (docs/contract/api.md#10.7). */
export const GROUP_ID = /^[A-Za-z0-9_=-]{1,128}$/;

/** Whether anything can have this id, in an address as well. */
export const isGroupId = (id: string): boolean => GROUP_ID.test(id);

/**
 * The form in which the ids of members are compared and stored as a key. Users and groups of the directory have GUIDs,
 * which are the same in any case; the ids of external groups are told apart with case.
 */
export const normalizedMemberId = (id: string): string => (isGuid(id) ? id.toLowerCase() : id);
