import { Injectable } from '@nestjs/common';
import type { EntityManager, QueryDeepPartialEntity, SelectQueryBuilder } from 'typeorm';
import { Database } from '../database/database.js';
import { PreparedChange, PreparedFind, PreparedInsert } from '../database/prepared.js';
import { rowsOf } from '../database/rows.js';
import { isUniqueViolation } from '../database/unique-violation.js';
import {
  connectionAlreadyExists,
  connectionLimitReached,
  connectionNotFound,
} from '../graph/errors/catalogue/connection.js';
import { groupLimitReached } from '../graph/errors/catalogue/group.js';
import { itemLimitReached } from '../graph/errors/catalogue/item.js';
import type { QueryOptions } from '../graph/odata/query/options.js';
import { countRows, type Page, readPage } from '../graph/odata/query/page.js';
import { AuthorizedAppEntity } from './authorized-app.entity.js';
import { CONNECTION_QUERY } from './connection-query.js';
import { normalizedId } from './connection-rules.js';
import { type StateFacts, stateParameters } from './connection-state.js';
import { ConnectionEntity } from './connection.entity.js';
import { normalizedAppId } from './ownership.js';
import { RemovalEntity } from './removal/removal.entity.js';
import { TenantEntity } from './tenant.entity.js';

/**
 * Decides on a row inside of the unit of work that changes it, and again where that has to be done again; what it throws
 * undoes everything.
 */
export type Decision = (found: ConnectionEntity | null) => ConnectionEntity;

/** No document gives a page size (contract, README "Not found"); a hundred is what Graph's other lists give. */
const LARGEST_PAGE = 100;
/** What is expanded may be large; as many as Graph's other lists expand. */
const LARGEST_EXPANDED_PAGE = 20;

/** Which schema is in force, and which is to be (see the entity). */
export type SchemaReferences = Pick<
  ConnectionEntity,
  'schemaId' | 'schemaIdBefore' | 'schemaDateTime' | 'readyDateTime'
>;

/** A connection in a unit of work. */
type ConnectionRow = Pick<ConnectionEntity, 'tenantId' | 'normalizedId' | 'connectionKey'>;

const findConnection = new PreparedFind(ConnectionEntity, ['tenantId', 'normalizedId']);
const insertConnection = new PreparedInsert(ConnectionEntity);
const insertOwner = new PreparedInsert(AuthorizedAppEntity);
const countUp = new PreparedChange(
  (manager) =>
    manager
      .createQueryBuilder()
      .update(TenantEntity)
      .set({ connectionCount: () => '"connectionCount" + 1' })
      .where('"tenantId" = :tenantId AND "connectionCount" < :limit'),
  ['tenantId', 'limit'],
);
const findTenant = new PreparedFind(TenantEntity, ['tenantId']);
const countItemOfConnection = new PreparedChange(
  (manager) =>
    manager
      .createQueryBuilder()
      .update(ConnectionEntity)
      .set({ itemCount: () => '"itemCount" + 1' })
      .where(
        '"tenantId" = :tenantId AND "normalizedId" = :normalizedId AND "connectionKey" = :connectionKey AND "itemCount" < :limit',
      ),
  ['tenantId', 'normalizedId', 'connectionKey', 'limit'],
);
const countItemOfTenant = new PreparedChange(
  (manager) =>
    manager
      .createQueryBuilder()
      .update(TenantEntity)
      .set({ itemCount: () => '"itemCount" + 1' })
      .where('"tenantId" = :tenantId AND "itemCount" < :limit'),
  ['tenantId', 'limit'],
);
const countGroupOfConnection = new PreparedChange(
  (manager) =>
    manager
      .createQueryBuilder()
      .update(ConnectionEntity)
      .set({ groupCount: () => '"groupCount" + 1' })
      .where('"tenantId" = :tenantId AND "normalizedId" = :normalizedId'),
  ['tenantId', 'normalizedId'],
);
const countGroupOfTenant = new PreparedChange(
  (manager) =>
    manager
      .createQueryBuilder()
      .update(TenantEntity)
      .set({ groupCount: () => '"groupCount" + 1' })
      .where('"tenantId" = :tenantId AND "groupCount" < :limit'),
  ['tenantId', 'limit'],
);

const discountItemsOfConnection = new PreparedChange(
  (manager) =>
    manager
      .createQueryBuilder()
      .update(ConnectionEntity)
      .set({ itemCount: () => '"itemCount" - :count' })
      .where(
        '"tenantId" = :tenantId AND "normalizedId" = :normalizedId AND "connectionKey" = :connectionKey',
      ),
  ['tenantId', 'normalizedId', 'connectionKey', 'count'],
);
const discountItemsOfTenant = new PreparedChange(
  (manager) =>
    manager
      .createQueryBuilder()
      .update(TenantEntity)
      .set({ itemCount: () => '"itemCount" - :count' })
      .where('"tenantId" = :tenantId'),
  ['tenantId', 'count'],
);

/** The stored connections. Nothing outside of this folder reads or writes their tables. */
@Injectable()
export class ConnectionRepository {
  constructor(private readonly database: Database) {}

  /**
   * Adds a connection and its owners, unless the tenant has reached its limit.
   * @throws connectionAlreadyExists, connectionLimitReached
   */
  async add(connection: ConnectionEntity, limit: number): Promise<void> {
    await this.database.write(async (manager) => {
      await insertUnlessTaken(manager, connection);
      await writeOwners(manager, connection);
      await countOneMore(manager, connection.tenantId, limit);
    });
  }

  /** Puts what `decide` makes of the stored row in its place. @throws what `decide` throws */
  async change(tenantId: string, id: string, decide: Decision): Promise<void> {
    await this.database.write(async (manager) => {
      const key = { tenantId, normalizedId: normalizedId(id) };
      const found = await findConnection.locked(manager, key);
      const changed = decide(found);
      await manager.update(ConnectionEntity, key, changed as QueryDeepPartialEntity<ConnectionEntity>);
      if (changed.configuration === found?.configuration) return;
      await manager.delete(AuthorizedAppEntity, { connectionKey: changed.connectionKey });
      await writeOwners(manager, changed);
    });
  }

  /**
   * Takes a connection away: it is gone for every request and its id is free as soon as this is done, and what lies under
   * it is noted for removal. @throws what `decide` throws
   */
  async remove(tenantId: string, id: string, deletedDateTime: string, decide: Decision): Promise<void> {
    await this.database.write(async (manager) => {
      const key = { tenantId, normalizedId: normalizedId(id) };
      const { connectionKey, itemCount, groupCount } = decide(await findConnection.locked(manager, key));
      await manager.delete(ConnectionEntity, key);
      await manager.insert(RemovalEntity, { ownerKey: connectionKey, deletedDateTime });
      await manager.decrement(TenantEntity, { tenantId }, 'connectionCount', 1);
      if (itemCount > 0) await manager.decrement(TenantEntity, { tenantId }, 'itemCount', itemCount);
      if (groupCount > 0) await manager.decrement(TenantEntity, { tenantId }, 'groupCount', groupCount);
    });
  }

  find(tenantId: string, id: string): Promise<ConnectionEntity | null> {
    return findConnection.one(this.database.read, { tenantId, normalizedId: normalizedId(id) });
  }

  locked(manager: EntityManager, tenantId: string, id: string): Promise<ConnectionEntity | null> {
    return findConnection.locked(manager, { tenantId, normalizedId: normalizedId(id) });
  }

  shared(manager: EntityManager, tenantId: string, id: string): Promise<ConnectionEntity | null> {
    return findConnection.shared(manager, { tenantId, normalizedId: normalizedId(id) });
  }

  async setSchema(manager: EntityManager, row: ConnectionRow, schema: SchemaReferences): Promise<void> {
    const { tenantId, normalizedId } = row;
    await manager.update(ConnectionEntity, { tenantId, normalizedId }, schema);
  }

  /** @throws connectionNotFound, itemLimitReached */
  async countItem(
    manager: EntityManager,
    row: ConnectionRow,
    limits: { readonly itemsPerConnection: number; readonly itemsPerTenant: number },
  ): Promise<void> {
    const { tenantId, normalizedId, connectionKey } = row;
    const inConnection = { tenantId, normalizedId, connectionKey, limit: limits.itemsPerConnection };
    if ((await countItemOfConnection.run(manager, inConnection)) === 0) {
      const found = await findConnection.one(manager, row);
      throw found?.connectionKey === connectionKey ? itemLimitReached('connection') : connectionNotFound();
    }
    if ((await countItemOfTenant.run(manager, { tenantId, limit: limits.itemsPerTenant })) === 0)
      throw itemLimitReached('tenant');
  }

  async discountItems(manager: EntityManager, row: ConnectionRow, count: number): Promise<void> {
    const { tenantId, normalizedId, connectionKey } = row;
    const inConnection = { tenantId, normalizedId, connectionKey, count };
    // Of a connection that is gone, all items were discounted at once.
    if ((await discountItemsOfConnection.run(manager, inConnection)) > 0)
      await discountItemsOfTenant.run(manager, { tenantId, count });
  }

  /** One more group of a connection that is held. @throws groupLimitReached */
  async countGroup(manager: EntityManager, row: ConnectionRow, limit: number): Promise<void> {
    const { tenantId, normalizedId } = row;
    await countGroupOfConnection.run(manager, { tenantId, normalizedId });
    if ((await countGroupOfTenant.run(manager, { tenantId, limit })) === 0) throw groupLimitReached(limit);
  }

  /** One group less of a connection that is held. */
  async discountGroup(manager: EntityManager, row: ConnectionRow): Promise<void> {
    const { tenantId, normalizedId } = row;
    await manager.decrement(ConnectionEntity, { tenantId, normalizedId }, 'groupCount', 1);
    await manager.decrement(TenantEntity, { tenantId }, 'groupCount', 1);
  }

  /** How many items all connections of a tenant have together. */
  async itemsOfTenant(tenantId: string): Promise<number> {
    return (await findTenant.one(this.database.read, { tenantId }))?.itemCount ?? 0;
  }

  /** A page of the tenant's connections; with `ownedBy`, of those of that application alone. */
  page(
    tenantId: string,
    options: QueryOptions,
    facts: StateFacts,
    ownedBy?: string,
  ): Promise<Page<ConnectionEntity>> {
    const largest = options.expand.length === 0 ? LARGEST_PAGE : LARGEST_EXPANDED_PAGE;
    return readPage(this.visible(tenantId, facts, ownedBy), options, CONNECTION_QUERY, largest, rowsOf);
  }

  /** How many connections a query finds. */
  count(tenantId: string, options: QueryOptions, facts: StateFacts, ownedBy?: string): Promise<number> {
    return countRows(this.visible(tenantId, facts, ownedBy), options, CONNECTION_QUERY);
  }

  private visible(
    tenantId: string,
    facts: StateFacts,
    ownedBy?: string,
  ): SelectQueryBuilder<ConnectionEntity> {
    const query = this.database.read
      .createQueryBuilder(ConnectionEntity, 'connection')
      .setParameters(stateParameters(facts))
      .where('connection.tenantId = :tenantId', { tenantId });
    return ownedBy === undefined
      ? query
      : query.innerJoin(
          AuthorizedAppEntity,
          'owner',
          'owner.connectionKey = connection.connectionKey AND owner.appId = :appId',
          { appId: normalizedAppId(ownedBy) },
        );
  }
}

async function insertUnlessTaken(manager: EntityManager, connection: ConnectionEntity): Promise<void> {
  try {
    await insertConnection.run(manager, connection);
  } catch (error) {
    throw isUniqueViolation(error) ? connectionAlreadyExists(connection.id) : error;
  }
}

async function writeOwners(
  manager: EntityManager,
  { connectionKey, configuration }: ConnectionEntity,
): Promise<void> {
  for (const appId of configuration.authorizedAppIds ?? []) {
    await insertOwner.run(manager, { connectionKey, appId: normalizedAppId(appId) });
  }
}

/** Counts in the same unit of work, and only below the limit, so that no race can pass it. */
async function countOneMore(manager: EntityManager, tenantId: string, limit: number): Promise<void> {
  if ((await countUp.run(manager, { tenantId, limit })) === 1) return;
  await manager
    .createQueryBuilder()
    .insert()
    .into(TenantEntity)
    .values({ tenantId, connectionCount: 0, itemCount: 0, groupCount: 0 })
    .orIgnore()
    .execute();
  if ((await countUp.run(manager, { tenantId, limit })) === 0) throw connectionLimitReached(limit);
}
