import type { EntityManager } from 'typeorm';
import { change } from '../../database/statement.js';
import { Table } from '../../database/table.js';
import { connectionLimitReached, connectionNotFound } from '../../graph/errors/catalogue/connection.js';
import { groupLimitReached } from '../../graph/errors/catalogue/group.js';
import { itemLimitReached } from '../../graph/errors/catalogue/item.js';
import { ConnectionEntity, TenantEntity } from '../connection.entity.js';

/** A connection in a unit of work. */
type ConnectionRow = Pick<ConnectionEntity, 'tenantId' | 'normalizedId' | 'connectionKey'>;

const TENANTS = new Table(TenantEntity, ['tenantId']);
const CONNECTIONS = new Table(ConnectionEntity, ['tenantId', 'normalizedId']);

const OF_TENANT = '"tenantId" = ?';
/** With the key of the connection, so that a later connection of the same id is not changed. */
const OF_CONNECTION = '"tenantId" = ? AND "normalizedId" = ? AND "connectionKey" = ?';

type Count = 'connectionCount' | 'itemCount' | 'groupCount';

/** Counts one more, and only below the limit, so that no race can exceed it. Binds the key, then the limit. */
const oneMoreOfTenant = (count: Count): string =>
  `UPDATE "tenant" SET "${count}" = "${count}" + 1 WHERE ${OF_TENANT} AND "${count}" < ?`;
const oneMoreOfConnection = (count: Count): string =>
  `UPDATE "external_connection" SET "${count}" = "${count}" + 1 WHERE ${OF_CONNECTION} AND "${count}" < ?`;

/** Counts fewer. Binds the number, then the key. */
const fewerOfTenant = (count: Count): string =>
  `UPDATE "tenant" SET "${count}" = "${count}" - ? WHERE ${OF_TENANT}`;
const fewerOfConnection = (count: Count): string =>
  `UPDATE "external_connection" SET "${count}" = "${count}" - ? WHERE ${OF_CONNECTION}`;

const keyOf = ({ tenantId, normalizedId, connectionKey }: ConnectionRow): readonly string[] => [
  tenantId,
  normalizedId,
  connectionKey,
];

/** How many items all connections of a tenant have together. */
export async function itemsOfTenant(manager: EntityManager, tenantId: string): Promise<number> {
  return (await TENANTS.find(manager, { tenantId }))?.itemCount ?? 0;
}

/** @throws connectionLimitReached */
export async function reserveConnection(
  manager: EntityManager,
  tenantId: string,
  limit: number,
): Promise<void> {
  const sql = oneMoreOfTenant('connectionCount');
  if ((await change(manager, sql, [tenantId, limit])) === 1) return;
  const none = { tenantId, connectionCount: 0, itemCount: 0, groupCount: 0 };
  await TENANTS.insertIfMissing(manager, none);
  if ((await change(manager, sql, [tenantId, limit])) === 0) throw connectionLimitReached(limit);
}

/** Takes a connection and everything below it off the counts. The connection must be locked. */
export async function releaseConnection(manager: EntityManager, row: ConnectionEntity): Promise<void> {
  const { tenantId, itemCount, groupCount } = row;
  await change(manager, fewerOfTenant('connectionCount'), [1, tenantId]);
  if (itemCount > 0) await change(manager, fewerOfTenant('itemCount'), [itemCount, tenantId]);
  if (groupCount > 0) await change(manager, fewerOfTenant('groupCount'), [groupCount, tenantId]);
}

/** @throws connectionNotFound, itemLimitReached */
export async function reserveItem(
  manager: EntityManager,
  row: ConnectionRow,
  limits: { readonly itemsPerConnection: number; readonly itemsPerTenant: number },
): Promise<void> {
  const { tenantId, connectionKey } = row;
  const ofConnection = [...keyOf(row), limits.itemsPerConnection];
  if ((await change(manager, oneMoreOfConnection('itemCount'), ofConnection)) === 0) {
    const found = await CONNECTIONS.find(manager, row);
    throw found?.connectionKey === connectionKey ? itemLimitReached('connection') : connectionNotFound();
  }
  if ((await change(manager, oneMoreOfTenant('itemCount'), [tenantId, limits.itemsPerTenant])) === 0)
    throw itemLimitReached('tenant');
}

export async function releaseItems(
  manager: EntityManager,
  row: ConnectionRow,
  number: number,
): Promise<void> {
  // If the connection is gone, its removal has released all its items at once.
  if ((await change(manager, fewerOfConnection('itemCount'), [number, ...keyOf(row)])) > 0)
    await change(manager, fewerOfTenant('itemCount'), [number, row.tenantId]);
}

/** The connection must be locked at least for share. @throws groupLimitReached */
export async function reserveGroup(manager: EntityManager, row: ConnectionRow, limit: number): Promise<void> {
  // The documents limit only the groups of a tenant.
  await change(manager, oneMoreOfConnection('groupCount'), [...keyOf(row), limit]);
  if ((await change(manager, oneMoreOfTenant('groupCount'), [row.tenantId, limit])) === 0)
    throw groupLimitReached(limit);
}

/** The connection must be locked at least for share. */
export async function releaseGroup(manager: EntityManager, row: ConnectionRow): Promise<void> {
  await change(manager, fewerOfConnection('groupCount'), [1, ...keyOf(row)]);
  await change(manager, fewerOfTenant('groupCount'), [1, row.tenantId]);
}
