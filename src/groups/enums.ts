import type { EnumType } from '../graph/odata/edm.js';

/** Contract, api.md section 1.11. */
export const IDENTITY_TYPE: EnumType = {
  name: 'identityType',
  members: ['user', 'group', 'externalGroup'],
};

/** Contract, api.md section 1.9, field.md 4.1: of an older form, in which an external group is a group of this source. */
export const IDENTITY_SOURCE_TYPE: EnumType = {
  name: 'identitySourceType',
  members: ['azureActiveDirectory', 'external'],
};

export type IdentitySource = 'azureActiveDirectory' | 'external';

export type IdentityType = 'user' | 'group' | 'externalGroup';
