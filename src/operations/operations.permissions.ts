import type { PermissionDeclaration } from '../identity/permissions/permissions.js';

const READERS = [
  'ExternalConnection.ReadWrite.OwnedBy',
  'ExternalConnection.Read.All',
  'ExternalConnection.ReadWrite.All',
] as const;

/** Of the single `GET`; the list, which no page documents, needs the same (docs/contract/api.md#2.1). */
export const READ_OPERATIONS: PermissionDeclaration = { delegated: READERS, application: READERS };
