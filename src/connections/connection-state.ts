import type { ConnectionEntity } from './connection.entity.js';

export type ConnectionState = 'draft' | 'ready' | 'limitExceeded';

/** The facts besides the row from which the state follows. So no row changes when a schema operation ends. */
export interface StateFacts {
  readonly now: string;
  readonly itemsPerConnection: number;
  /** The tenant has as many items as it may. */
  readonly tenantFull: boolean;
}

/** Before its first schema is in force a connection takes no items (docs/contract/api.md#4). */
export const isDraft = ({ readyDateTime }: Pick<ConnectionEntity, 'readyDateTime'>, now: string): boolean =>
  readyDateTime === null || readyDateTime > now;

/** docs/contract/api.md#4. */
export function stateOf(
  row: Pick<ConnectionEntity, 'readyDateTime' | 'itemCount'>,
  { now, itemsPerConnection, tenantFull }: StateFacts,
): ConnectionState {
  if (isDraft(row, now)) return 'draft';
  return tenantFull || row.itemCount >= itemsPerConnection ? 'limitExceeded' : 'ready';
}

/** The same rule in SQL, for `$filter`. `stateParameters` gives its parameters. */
export const STATE_SQL =
  "(CASE WHEN connection.readyDateTime IS NULL OR connection.readyDateTime > :now THEN 'draft' " +
  "WHEN connection.itemCount >= :itemsUntilFull THEN 'limitExceeded' ELSE 'ready' END)";

export const stateParameters = ({ now, itemsPerConnection, tenantFull }: StateFacts) => ({
  now,
  itemsUntilFull: tenantFull ? 0 : itemsPerConnection,
});
