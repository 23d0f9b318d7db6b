import type { EnumType } from '../graph/odata/edm.js';

/** Contract, api.md section 1.11. */
export const IDENTITY_TYPE: EnumType = {
  name: 'identityType',
  members: ['user', 'group', 'externalGroup'],
};

export type IdentityType = 'user' | 'group' | 'externalGroup';
