import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import { PreparedChange, PreparedFind } from '../database/prepared.js';
import { connectionLimitReached, connectionNotFound } from '../graph/errors/catalogue/connection.js';
import { groupLimitReached } from '../graph/errors/catalogue/group.js';
import { itemLimitReached } from '../graph/errors/catalogue/item.js';
import { ConnectionEntity } from './connection.entity.js';
import { TenantEntity } from './tenant.entity.js';

/** A connection in a unit of work. */
type ConnectionRow = Pick<ConnectionEntity, 'tenantId' | 'normalizedId' | 'connectionKey'>;

const TENANT = ['tenantId'];
/** With its key, so that nothing is counted of a later connection of the same id. */
const CONNECTION = ['tenantId', 'normalizedId', 'connectionKey'];

const keyed = (key: readonly string[]): string => key.map((name) => `"${name}" = :${name}`).join(' AND ');

/** Adds one to a count, only below its limit: no race can pass it. */
const incrementBelow = (
  entity: EntityTarget<ObjectLiteral>,
  count: string,
  key: readonly string[],
): PreparedChange =>
  new PreparedChange(
    (manager) =>
      manager
        .createQueryBuilder()
        .update(entity)
        .set({ [count]: () => `"${count}" + 1` })
        .where(`${keyed(key)} AND "${count}" < :limit`),
    [...key, 'limit'],
  );

const decrement = (
  entity: EntityTarget<ObjectLiteral>,
  count: string,
  key: readonly string[],
): PreparedChange =>
  new PreparedChange(
    (manager) =>
      manager
        .createQueryBuilder()
        .update(entity)
        .set({ [count]: () => `"${count}" - :number` })
        .where(keyed(key)),
    [...key, 'number'],
  );

const findTenant = new PreparedFind(TenantEntity, ['tenantId']);
const findConnection = new PreparedFind(ConnectionEntity, ['tenantId', 'normalizedId']);

const oneMoreConnection = incrementBelow(TenantEntity, 'connectionCount', TENANT);
const oneMoreItem = incrementBelow(ConnectionEntity, 'itemCount', CONNECTION);
const oneMoreItemOfTenant = incrementBelow(TenantEntity, 'itemCount', TENANT);
const oneMoreGroup = incrementBelow(ConnectionEntity, 'groupCount', CONNECTION);
const oneMoreGroupOfTenant = incrementBelow(TenantEntity, 'groupCount', TENANT);

const fewerConnections = decrement(TenantEntity, 'connectionCount', TENANT);
const fewerItems = decrement(ConnectionEntity, 'itemCount', CONNECTION);
const fewerItemsOfTenant = decrement(TenantEntity, 'itemCount', TENANT);
const fewerGroups = decrement(ConnectionEntity, 'groupCount', CONNECTION);
const fewerGroupsOfTenant = decrement(TenantEntity, 'groupCount', TENANT);

/** How many items all connections of a tenant have together. */
export async function itemsOfTenant(manager: EntityManager, tenantId: string): Promise<number> {
  return (await findTenant.one(manager, { tenantId }))?.itemCount ?? 0;
}

/** @throws connectionLimitReached */
export async function reserveConnection(
  manager: EntityManager,
  tenantId: string,
  limit: number,
): Promise<void> {
  if ((await oneMoreConnection.run(manager, { tenantId, limit })) === 1) return;
  await manager
    .createQueryBuilder()
    .insert()
    .into(TenantEntity)
    .values({ tenantId, connectionCount: 0, itemCount: 0, groupCount: 0 })
    .orIgnore()
    .execute();
  if ((await oneMoreConnection.run(manager, { tenantId, limit })) === 0) throw connectionLimitReached(limit);
}

/** Takes a connection and everything below it off the counts. The connection must be locked. */
export async function releaseConnection(manager: EntityManager, row: ConnectionEntity): Promise<void> {
  const { tenantId, itemCount, groupCount } = row;
  await fewerConnections.run(manager, { tenantId, number: 1 });
  if (itemCount > 0) await fewerItemsOfTenant.run(manager, { tenantId, number: itemCount });
  if (groupCount > 0) await fewerGroupsOfTenant.run(manager, { tenantId, number: groupCount });
}

/** @throws connectionNotFound, itemLimitReached */
export async function reserveItem(
  manager: EntityManager,
  { tenantId, normalizedId, connectionKey }: ConnectionRow,
  limits: { readonly itemsPerConnection: number; readonly itemsPerTenant: number },
): Promise<void> {
  const key = { tenantId, normalizedId, connectionKey };
  if ((await oneMoreItem.run(manager, { ...key, limit: limits.itemsPerConnection })) === 0) {
    const found = await findConnection.one(manager, key);
    throw found?.connectionKey === connectionKey ? itemLimitReached('connection') : connectionNotFound();
  }
  if ((await oneMoreItemOfTenant.run(manager, { tenantId, limit: limits.itemsPerTenant })) === 0)
    throw itemLimitReached('tenant');
}

export async function releaseItems(
  manager: EntityManager,
  { tenantId, normalizedId, connectionKey }: ConnectionRow,
  number: number,
): Promise<void> {
  // If the connection is gone, its removal has released all its items at once.
  if ((await fewerItems.run(manager, { tenantId, normalizedId, connectionKey, number })) > 0)
    await fewerItemsOfTenant.run(manager, { tenantId, number });
}

/** The connection must be locked at least for share. @throws groupLimitReached */
export async function reserveGroup(
  manager: EntityManager,
  { tenantId, normalizedId, connectionKey }: ConnectionRow,
  limit: number,
): Promise<void> {
  const key = { tenantId, normalizedId, connectionKey };
  // The documents limit the groups of a tenant alone.
  await oneMoreGroup.run(manager, { ...key, limit });
  if ((await oneMoreGroupOfTenant.run(manager, { tenantId, limit })) === 0) throw groupLimitReached(limit);
}

/** The connection must be locked at least for share. */
export async function releaseGroup(
  manager: EntityManager,
  { tenantId, normalizedId, connectionKey }: ConnectionRow,
): Promise<void> {
  await fewerGroups.run(manager, { tenantId, normalizedId, connectionKey, number: 1 });
  await fewerGroupsOfTenant.run(manager, { tenantId, number: 1 });
}
