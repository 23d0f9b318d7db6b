import type { PermissionDeclaration } from '../identity/permissions/permissions.js';

const READERS = [
  'ExternalItem.ReadWrite.OwnedBy',
  'ExternalItem.Read.All',
  'ExternalItem.ReadWrite.All',
] as const;

const WRITERS = ['ExternalItem.ReadWrite.OwnedBy', 'ExternalItem.ReadWrite.All'] as const;

/** Of the single `GET`; the list, which no page documents, needs the same (docs/contract/api.md#2.1). */
export const READ_ITEMS: PermissionDeclaration = { delegated: READERS, application: READERS };
export const WRITE_ITEMS: PermissionDeclaration = { delegated: WRITERS, application: WRITERS };

/** No signed-in user may (docs/contract/api.md#2.1). */
export const ADD_ACTIVITIES: PermissionDeclaration = { delegated: [], application: WRITERS };
