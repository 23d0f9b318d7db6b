import { Injectable } from '@nestjs/common';
import type { EntityManager, QueryDeepPartialEntity } from 'typeorm';
import { Database } from '../database/database.js';
import { isUniqueViolation } from '../database/unique-violation.js';
import { connectionAlreadyExists, connectionLimitReached } from '../graph/errors/catalogue/connection.js';
import { AuthorizedAppEntity } from './authorized-app.entity.js';
import { normalizedId } from './connection-rules.js';
import { ConnectionEntity } from './connection.entity.js';
import { normalizedAppId } from './ownership.js';
import { TenantEntity } from './tenant.entity.js';

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
      await manager.insert(
        AuthorizedAppEntity,
        (connection.configuration.authorizedAppIds ?? []).map((appId) => ({
          tenantId: connection.tenantId,
          appId: normalizedAppId(appId),
          normalizedId: connection.normalizedId,
        })),
      );
      await countOneMore(manager, connection.tenantId, limit);
    });
  }

  find(tenantId: string, id: string): Promise<ConnectionEntity | null> {
    return this.database.read.findOneBy(ConnectionEntity, { tenantId, normalizedId: normalizedId(id) });
  }

  /** All connections of a tenant, by id; with `ownedBy`, those of that application alone. */
  list(tenantId: string, ownedBy?: string): Promise<ConnectionEntity[]> {
    const query = this.database.read
      .createQueryBuilder(ConnectionEntity, 'connection')
      .where('connection.tenantId = :tenantId', { tenantId })
      .orderBy('connection.normalizedId');
    if (ownedBy !== undefined) {
      query.innerJoin(
        AuthorizedAppEntity,
        'owner',
        'owner.tenantId = connection.tenantId AND owner.normalizedId = connection.normalizedId AND owner.appId = :appId',
        { appId: normalizedAppId(ownedBy) },
      );
    }
    return query.getMany();
  }
}

async function insertUnlessTaken(manager: EntityManager, connection: ConnectionEntity): Promise<void> {
  try {
    await manager.insert(ConnectionEntity, connection as QueryDeepPartialEntity<ConnectionEntity>);
  } catch (error) {
    throw isUniqueViolation(error) ? connectionAlreadyExists(connection.id) : error;
  }
}

/** Counts in the same unit of work, and only below the limit, so that no race can pass it. */
async function countOneMore(manager: EntityManager, tenantId: string, limit: number): Promise<void> {
  const countUp = async (): Promise<boolean> => {
    const { affected } = await manager
      .createQueryBuilder()
      .update(TenantEntity)
      .set({ connectionCount: () => '"connectionCount" + 1' })
      .where('tenantId = :tenantId AND connectionCount < :limit', { tenantId, limit })
      .execute();
    return affected === 1;
  };
  if (await countUp()) return;
  await manager
    .createQueryBuilder()
    .insert()
    .into(TenantEntity)
    .values({ tenantId, connectionCount: 0 })
    .orIgnore()
    .execute();
  if (!(await countUp())) throw connectionLimitReached(limit);
}
