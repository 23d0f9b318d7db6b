import type { GraphError } from '../graph-error.js';
import { connectorError } from './make-error.js';

const quoted = (names: Iterable<string>): string => [...names].join(', ');

/** The token holds none of the permissions of the route (docs/contract/errors.md#p2). */
export const permissionMissing = (
  kind: 'delegated' | 'application',
  needed: readonly string[],
  held: Iterable<string>,
): GraphError => {
  const claim = kind === 'delegated' ? 'scp' : 'roles';
  const had = quoted(held);
  return connectorError(403, {
    inner: {
      code: 'InsufficientPermissions',
      message:
        needed.length === 0
          ? `Missing scope permissions on the request. The API does not support ${kind} access.`
          : `Missing scope permissions on the request. API requires one of '${quoted(needed)}' as ${kind} permission. ` +
            (had === ''
              ? `The token's '${claim}' claim holds none.`
              : `The token's '${claim}' claim holds '${had}'.`),
    },
  });
};

/** An `…OwnedBy` permission, and a connection of another application of the same tenant (docs/contract/errors.md#p3). */
export const connectionNotOwned = (id: string, appId: string): GraphError =>
  connectorError(403, {
    inner: {
      code: 'ConnectionNotOwned',
      source: 'Connection',
      message:
        `Application '${appId}' is not among the authorizedAppIds of connection '${id}', and its permission covers only ` +
        'connections that it owns. Add it to configuration.authorizedAppIds, or use an .All permission.',
    },
  });
