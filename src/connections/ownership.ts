import { connectionNotFound, connectionWithoutOwner } from '../graph/errors/catalogue/connection.js';
import { connectionNotOwned } from '../graph/errors/catalogue/permission.js';
import type { AuthorizedCaller } from '../identity/caller.js';
import type { ConnectionEntity } from './connection.entity.js';

/** The form in which application ids are compared. */
export const normalizedAppId = (appId: string): string => appId.toLowerCase();

const owns = ({ appId }: AuthorizedCaller, { configuration }: ConnectionEntity): boolean =>
  (configuration.authorizedAppIds ?? []).some((id) => normalizedAppId(id) === normalizedAppId(appId));

/** Whether this caller can access the connection. The caller must be of the connection's tenant. */
export const mayTouch = (caller: AuthorizedCaller, connection: ConnectionEntity): boolean =>
  caller.reach !== 'owned' || owns(caller, connection);

/**
 * The connection, if this caller may touch it (docs/contract/api.md#3). A row of another tenant is not found. A row of
 * another application of the tenant is refused, and the message says why.
 * @throws connectionNotFound, connectionNotOwned
 */
export function requireAccess(
  caller: AuthorizedCaller,
  connection: ConnectionEntity | null,
): ConnectionEntity {
  if (connection === null || connection.tenantId !== caller.tenantId) throw connectionNotFound();
  if (!mayTouch(caller, connection)) throw connectionNotOwned(connection.id, caller.appId);
  return connection;
}

/**
 * The applications that own a connection after an update that names `named`. A caller with an `.OwnedBy` permission stays
 * an owner, so that it cannot lock itself out. A caller with an `.All` permission may give up ownership, but at least one
 * owner must remain.
 * @throws connectionWithoutOwner
 */
export function ownersAfter(caller: AuthorizedCaller, named: readonly string[]): string[] {
  if (caller.reach === 'owned') return ownersOf(caller, named);
  if (named.length === 0) throw connectionWithoutOwner();
  return [...new Map(named.map((id) => [normalizedAppId(id), id])).values()];
}

/** The applications that own a new connection: its creator and those that the creator names, each once. */
export function ownersOf(caller: AuthorizedCaller, named: readonly string[]): string[] {
  const byId = new Map([caller.appId, ...named].map((id) => [normalizedAppId(id), id]));
  return [...byId.values()];
}
