import type { EnumType } from '../graph/odata/edm.js';

/** docs/contract/api.md#1.11. */
export const IDENTITY_TYPE: EnumType = {
  name: 'identityType',
  members: ['user', 'group', 'externalGroup'],
};

/** docs/contract/api.md#1.9, docs/contract/field.md#4.1: of an older form, in which an external group is a group of this source. */
export const IDENTITY_SOURCE_TYPE: EnumType = {
  name: 'identitySourceType',
  members: ['azureActiveDirectory', 'external'],
};

export type IdentitySource = 'azureActiveDirectory' | 'external';

export type IdentityType = 'user' | 'group' | 'externalGroup';
