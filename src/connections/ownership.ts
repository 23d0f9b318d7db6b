import { connectionNotFound, connectionWithoutOwner } from '../graph/errors/catalogue/connection.js';
import { connectionNotOwned } from '../graph/errors/catalogue/permission.js';
import type { AuthorizedCaller } from '../identity/caller.js';
import type { ConnectionEntity } from './connection.entity.js';

/** The form in which application ids are compared. */
export const normalizedAppId = (appId: string): string => appId.toLowerCase();

const owns = ({ appId }: AuthorizedCaller, { configuration }: ConnectionEntity): boolean =>
  (configuration.authorizedAppIds ?? []).some((id) => normalizedAppId(id) === normalizedAppId(appId));

/** Whether this caller, of the tenant of the connection, may touch it. */
export const mayTouch = (caller: AuthorizedCaller, connection: ConnectionEntity): boolean =>
  caller.reach !== 'owned' || owns(caller, connection);

/**
 * The connection, if this caller may touch it (docs/contract/api.md#3). Another tenant's row is never found; one of
 * another application of the same tenant is refused with a message that helps.
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
 * The applications that own a connection after a change to `named`. The caller whose permission covers only what it owns
 * stays among them, so that it cannot lock itself out by sending the others alone; one with an `.All` permission may
 * hand the connection over, to somebody.
 * @throws connectionWithoutOwner
 */
export function ownersAfter(caller: AuthorizedCaller, named: readonly string[]): string[] {
  if (caller.reach === 'owned') return ownersOf(caller, named);
  if (named.length === 0) throw connectionWithoutOwner();
  return [...new Map(named.map((id) => [normalizedAppId(id), id])).values()];
}

/** The applications that own a new connection: the creating one, and those that it names, each once. */
export function ownersOf(caller: AuthorizedCaller, named: readonly string[]): string[] {
  const byId = new Map([caller.appId, ...named].map((id) => [normalizedAppId(id), id]));
  return [...byId.values()];
}
