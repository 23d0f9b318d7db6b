/** The permissions of this API, in the order of the registry (contract, permissions-external.json). */
export const PERMISSIONS = [
  'ExternalConnection.ReadWrite.OwnedBy',
  'ExternalConnection.Read.All',
  'ExternalConnection.ReadWrite.All',
  'ExternalItem.ReadWrite.OwnedBy',
  'ExternalItem.Read.All',
  'ExternalItem.ReadWrite.All',
] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** What a route asks for, least privileged first; personal Microsoft accounts are supported nowhere. */
export interface PermissionDeclaration {
  readonly delegated: readonly Permission[];
  readonly application: readonly Permission[];
}
