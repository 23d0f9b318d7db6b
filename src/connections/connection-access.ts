import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Configuration } from '../config/configuration.js';
import { Clock } from '../graph/clock.js';
import { connectionNotFound } from '../graph/errors/catalogue/connection.js';
import type { AuthorizedCaller } from '../identity/caller.js';
import { countGroup, countItem, discountGroup, discountItems, itemsOfTenant } from './connection-counts.js';
import { isDraft } from './connection-state.js';
import type { ConnectionEntity } from './connection.entity.js';
import { ConnectionRepository, type SchemaReferences } from './connection.repository.js';
import type { SearchSettingsDto } from './dto/search-settings.dto.js';
import { accessible, mayTouch } from './ownership.js';

/** A connection as the features below it see it. */
export interface ConnectionScope {
  readonly tenantId: string;
  readonly normalizedId: string;
  /** What rows below the connection refer to. */
  readonly connectionKey: string;
  readonly id: string;
  /** It takes no items yet. */
  readonly isDraft: boolean;
  readonly itemCount: number;
  /** Its contentCategory is `people`, for which schemas and items have rules of their own. */
  readonly isOfPeople: boolean;
  readonly schema: SchemaReferences;
}

/** The way of the features below a connection to it: whether this caller may touch it, and in which state it is. */
@Injectable()
export class ConnectionAccess {
  constructor(
    private readonly configuration: Configuration,
    private readonly connections: ConnectionRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws connectionNotFound, connectionNotOwned */
  async find(caller: AuthorizedCaller, id: string): Promise<ConnectionScope> {
    return this.scope(accessible(caller, await this.connections.find(caller.tenantId, id)));
  }

  /** Those of these ids that there are and that the caller may touch, by their ids. */
  async named(caller: AuthorizedCaller, ids: readonly string[]): Promise<ConnectionScope[]> {
    return this.touchable(caller, await this.connections.named(caller.tenantId, ids));
  }

  /** The first so many connections of the tenant, by their ids, those that the caller may touch. */
  async first(caller: AuthorizedCaller, limit: number): Promise<ConnectionScope[]> {
    return this.touchable(caller, await this.connections.first(caller.tenantId, limit));
  }

  /** How the results of a connection look, if anybody said so. @throws connectionNotFound, connectionNotOwned */
  async searchSettings(caller: AuthorizedCaller, id: string): Promise<SearchSettingsDto | null> {
    return accessible(caller, await this.connections.find(caller.tenantId, id)).searchSettings;
  }

  private touchable(caller: AuthorizedCaller, rows: readonly ConnectionEntity[]): ConnectionScope[] {
    return rows.filter((row) => mayTouch(caller, row)).map((row) => this.scope(row));
  }

  /** The same inside of a unit of work, until whose end nobody else changes the connection. @throws connectionNotFound, connectionNotOwned */
  async locked(manager: EntityManager, caller: AuthorizedCaller, id: string): Promise<ConnectionScope> {
    return this.scope(accessible(caller, await this.connections.locked(manager, caller.tenantId, id)));
  }

  /** Makes sure that a connection is still there when a row is added below it. @throws connectionNotFound */
  async hold(
    manager: EntityManager,
    { tenantId, normalizedId, connectionKey }: ConnectionScope,
  ): Promise<void> {
    const found = await this.connections.shared(manager, tenantId, normalizedId);
    if (found?.connectionKey !== connectionKey) throw connectionNotFound();
  }

  /** Whether the connection, or its tenant, has as many items as it may. */
  async isFull(manager: EntityManager, { tenantId, itemCount }: ConnectionScope): Promise<boolean> {
    const { itemsPerConnection, itemsPerTenant } = this.configuration.limits;
    return itemCount >= itemsPerConnection || (await itemsOfTenant(manager, tenantId)) >= itemsPerTenant;
  }

  /** Notes which schema is in force and which is to be. The connection must be locked. */
  setSchema(manager: EntityManager, scope: ConnectionScope, schema: SchemaReferences): Promise<void> {
    return this.connections.setSchema(manager, scope, schema);
  }

  /** Counts one more item, within the limits. @throws connectionNotFound, itemLimitReached */
  countItem(manager: EntityManager, scope: ConnectionScope): Promise<void> {
    return countItem(manager, scope, this.configuration.limits);
  }

  /** Counts items that are removed. */
  discountItems(manager: EntityManager, scope: ConnectionScope, count: number): Promise<void> {
    return discountItems(manager, scope, count);
  }

  /** Counts one more external group, within the limit. The connection must be held. @throws groupLimitReached */
  countGroup(manager: EntityManager, scope: ConnectionScope): Promise<void> {
    return countGroup(manager, scope, this.configuration.limits.groupsPerTenant);
  }

  /** Counts an external group that is removed. The connection must be held. */
  discountGroup(manager: EntityManager, scope: ConnectionScope): Promise<void> {
    return discountGroup(manager, scope);
  }

  private scope(row: ConnectionEntity): ConnectionScope {
    const { tenantId, normalizedId, connectionKey, id, itemCount } = row;
    const { schemaId, schemaIdBefore, schemaDateTime, readyDateTime } = row;
    return {
      tenantId,
      normalizedId,
      connectionKey,
      id,
      itemCount,
      isOfPeople: row.contentCategory === 'people',
      isDraft: isDraft(row, this.clock.now().toISOString()),
      schema: { schemaId, schemaIdBefore, schemaDateTime, readyDateTime },
    };
  }
}
