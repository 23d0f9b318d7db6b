import type { PermissionDeclaration } from '../identity/permissions/permissions.js';

const READERS = [
  'ExternalItem.ReadWrite.OwnedBy',
  'ExternalItem.Read.All',
  'ExternalItem.ReadWrite.All',
] as const;

const WRITERS = ['ExternalItem.ReadWrite.OwnedBy', 'ExternalItem.ReadWrite.All'] as const;

/** docs/contract/api.md#2.1; the lists, which no page documents, need what the single `GET` needs. */
export const READ_GROUPS: PermissionDeclaration = { delegated: READERS, application: READERS };
export const WRITE_GROUPS: PermissionDeclaration = { delegated: WRITERS, application: WRITERS };
