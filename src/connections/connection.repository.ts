import { Injectable } from '@nestjs/common';
import { type EntityManager, LessThanOrEqual, type SelectQueryBuilder } from 'typeorm';
import { Database } from '../database/database.js';
import { READING } from '../database/rows.js';
import { isUniqueViolation } from '../database/statement.js';
import { Table } from '../database/table.js';
import { connectionAlreadyExists, connectionBeingRemoved } from '../graph/errors/catalogue/connection.js';
import type { QueryOptions } from '../graph/odata/query/options.js';
import { bytesOf, countRows, type Page, readPage } from '../graph/odata/query/page.js';
import { SearchOutbox } from '../search/index/search-outbox.js';
import { AuthorizedAppEntity, ConnectionEntity } from './connection.entity.js';
import { itemsOfTenant, releaseConnection, reserveConnection } from './scope/connection-counts.js';
import { CONNECTION_QUERY } from './connection-query.js';
import { normalizedId } from './connection-rules.js';
import { type StateFacts, stateParameters } from './connection-state.js';
import { normalizedAppId } from './ownership.js';
import { RemovalEntity, TakenIdEntity } from './scope/removal.entity.js';

/**
 * Decides on a row inside of the unit of work that changes it, and again where that has to be done again; what it throws
 * undoes everything.
 */
export type Decision = (found: ConnectionEntity | null) => ConnectionEntity;

/** No document gives a page size (contract, README "Not found"); a hundred is what Graph's other lists give. */
const LARGEST_PAGE = 100;
/** What is expanded may be large; as many as Graph's other lists expand. */
const LARGEST_EXPANDED_PAGE = 20;
/** What no document limits. */
const BYTES = bytesOf('connection', [
  'description',
  'configuration',
  'connectorId',
  'searchSettings',
  'activitySettings',
  'complianceSettings',
]);

/** Which schema is in force, and which is to be (see the entity). */
export type SchemaReferences = Pick<
  ConnectionEntity,
  'schemaId' | 'schemaIdBefore' | 'schemaDateTime' | 'readyDateTime'
>;

/** What a feature below connections asks of many of them. */
const SCOPE_COLUMNS = [
  'tenantId',
  'normalizedId',
  'connectionKey',
  'id',
  'configuration',
  'contentCategory',
  'itemCount',
  'schemaId',
  'schemaIdBefore',
  'schemaDateTime',
  'readyDateTime',
] as const satisfies readonly (keyof ConnectionEntity)[];

/** A connection in a unit of work. */
type ConnectionRow = Pick<ConnectionEntity, 'tenantId' | 'normalizedId'>;

const CONNECTIONS = new Table(ConnectionEntity, ['tenantId', 'normalizedId']);
const TAKEN_IDS = new Table(TakenIdEntity, ['tenantId', 'normalizedId']);
const OWNERS = new Table(AuthorizedAppEntity, ['connectionKey', 'appId']);

/** The stored connections. Nothing outside of this folder reads or writes their tables. */
@Injectable()
export class ConnectionRepository {
  constructor(
    private readonly database: Database,
    private readonly outbox: SearchOutbox,
  ) {}

  /**
   * Adds a connection and its owners, unless the tenant has reached its limit.
   * @throws connectionAlreadyExists, connectionBeingRemoved, connectionLimitReached
   */
  async add(connection: ConnectionEntity, limit: number): Promise<void> {
    await this.database.write(async (manager) => {
      await insertUnlessTaken(manager, connection);
      await freeId(manager, connection);
      await writeOwners(manager, connection);
      await reserveConnection(manager, connection.tenantId, limit);
    });
  }

  /** Puts what `decide` makes of the stored row in its place. @throws what `decide` throws */
  async change(tenantId: string, id: string, decide: Decision): Promise<void> {
    await this.database.write(async (manager) => {
      const key = { tenantId, normalizedId: normalizedId(id) };
      const found = await CONNECTIONS.lockForUpdate(manager, key);
      const changed = decide(found);
      await CONNECTIONS.replace(manager, changed);
      if (changed.configuration === found?.configuration) return;
      await manager.delete(AuthorizedAppEntity, { connectionKey: changed.connectionKey });
      await writeOwners(manager, changed);
    });
  }

  /**
   * Takes a connection away: it is gone for every request as soon as this is done, and what lies under it is noted for
   * removal. @param freeDateTime until when its id stays taken; not at all where this is no later than `deletedDateTime`
   * @throws what `decide` throws
   */
  async remove(
    tenantId: string,
    id: string,
    deletedDateTime: string,
    freeDateTime: string,
    decide: Decision,
  ): Promise<void> {
    await this.database.write(async (manager) => {
      const key = { tenantId, normalizedId: normalizedId(id) };
      const connection = decide(await CONNECTIONS.lockForUpdate(manager, key));
      await manager.delete(ConnectionEntity, key);
      if (freeDateTime > deletedDateTime) {
        await manager.delete(TakenIdEntity, { tenantId, freeDateTime: LessThanOrEqual(deletedDateTime) });
        await manager.insert(TakenIdEntity, { ...key, freeDateTime });
      }
      await manager.insert(RemovalEntity, { ownerKey: connection.connectionKey, deletedDateTime });
      await releaseConnection(manager, connection);
      await this.outbox.connectionRemoved(manager, connection.connectionKey);
    });
  }

  find(tenantId: string, id: string): Promise<ConnectionEntity | null> {
    return CONNECTIONS.find(this.database.read, { tenantId, normalizedId: normalizedId(id) });
  }

  /** Those of these ids that there are, without what can be large. */
  named(tenantId: string, ids: readonly string[]): Promise<ConnectionEntity[]> {
    if (ids.length === 0) return Promise.resolve([]);
    return READING.rowsOf(
      this.scopes(tenantId).andWhere('connection.normalizedId IN (:...ids)', { ids: ids.map(normalizedId) }),
    );
  }

  /** The first so many connections of a tenant, likewise. */
  first(tenantId: string, limit: number): Promise<ConnectionEntity[]> {
    return READING.rowsOf(this.scopes(tenantId).limit(limit));
  }

  private scopes(tenantId: string): SelectQueryBuilder<ConnectionEntity> {
    return this.database.read
      .createQueryBuilder(ConnectionEntity, 'connection')
      .select(SCOPE_COLUMNS.map((column) => `connection.${column}`))
      .where('connection.tenantId = :tenantId', { tenantId })
      .orderBy('connection.normalizedId');
  }

  lockForUpdate(manager: EntityManager, tenantId: string, id: string): Promise<ConnectionEntity | null> {
    return CONNECTIONS.lockForUpdate(manager, { tenantId, normalizedId: normalizedId(id) });
  }

  lockShared(manager: EntityManager, tenantId: string, id: string): Promise<ConnectionEntity | null> {
    return CONNECTIONS.lockShared(manager, { tenantId, normalizedId: normalizedId(id) });
  }

  async setSchema(manager: EntityManager, row: ConnectionRow, schema: SchemaReferences): Promise<void> {
    const { tenantId, normalizedId } = row;
    await manager.update(ConnectionEntity, { tenantId, normalizedId }, schema);
  }

  /** How many items all connections of a tenant have together. */
  itemsOfTenant(tenantId: string): Promise<number> {
    return itemsOfTenant(this.database.read, tenantId);
  }

  /** A page of the tenant's connections; with `ownedBy`, of those of that application alone. */
  page(
    tenantId: string,
    options: QueryOptions,
    facts: StateFacts,
    ownedBy?: string,
  ): Promise<Page<ConnectionEntity>> {
    const largest = options.expand.length === 0 ? LARGEST_PAGE : LARGEST_EXPANDED_PAGE;
    return readPage(
      this.visible(tenantId, facts, ownedBy),
      options,
      CONNECTION_QUERY,
      largest,
      READING,
      BYTES,
    );
  }

  /** How many connections a query finds. */
  count(tenantId: string, options: QueryOptions, facts: StateFacts, ownedBy?: string): Promise<number> {
    return countRows(this.visible(tenantId, facts, ownedBy), options, CONNECTION_QUERY, READING);
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
    await CONNECTIONS.insert(manager, connection);
  } catch (error) {
    throw isUniqueViolation(error) ? connectionAlreadyExists(connection.id) : error;
  }
}

/**
 * Makes sure that the id of a new connection is that of no connection which is still being removed. Behind the insert,
 * which waits for a removal that is not committed yet, so that no race can pass it.
 * @throws connectionBeingRemoved
 */
async function freeId(
  manager: EntityManager,
  { tenantId, normalizedId, id, createdDateTime }: ConnectionEntity,
): Promise<void> {
  const taken = await TAKEN_IDS.find(manager, { tenantId, normalizedId });
  if (taken === null) return;
  if (taken.freeDateTime > createdDateTime) throw connectionBeingRemoved(id, taken.freeDateTime);
  await manager.delete(TakenIdEntity, { tenantId, normalizedId });
}

async function writeOwners(
  manager: EntityManager,
  { connectionKey, configuration }: ConnectionEntity,
): Promise<void> {
  for (const appId of configuration.authorizedAppIds ?? []) {
    await OWNERS.insert(manager, { connectionKey, appId: normalizedAppId(appId) });
  }
}
