import type { EnumType } from '../graph/odata/edm.js';

/** docs/contract/api.md#1.9. */
export const ACL_TYPE: EnumType = {
  name: 'aclType',
  members: ['user', 'group', 'everyone', 'everyoneExceptGuests', 'externalGroup'],
};

export const ACCESS_TYPE: EnumType = { name: 'accessType', members: ['grant', 'deny'] };

/** docs/contract/api.md#1.8. */
export const EXTERNAL_ITEM_CONTENT_TYPE: EnumType = {
  name: 'externalItemContentType',
  members: ['text', 'html'],
};
