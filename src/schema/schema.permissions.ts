import type { PermissionDeclaration } from '../identity/permissions/permissions.js';

const READERS = [
  'ExternalConnection.ReadWrite.OwnedBy',
  'ExternalConnection.Read.All',
  'ExternalConnection.ReadWrite.All',
] as const;

const WRITERS = ['ExternalConnection.ReadWrite.OwnedBy', 'ExternalConnection.ReadWrite.All'] as const;

/** docs/contract/api.md#2.1. */
export const READ_SCHEMA: PermissionDeclaration = { delegated: READERS, application: READERS };
export const REGISTER_SCHEMA: PermissionDeclaration = { delegated: WRITERS, application: WRITERS };
