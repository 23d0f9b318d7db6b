import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Configuration } from '../../config/configuration.js';
import { Clock } from '../../graph/clock.js';
import { connectionNotFound } from '../../graph/errors/catalogue/connection.js';
import type { AuthorizedCaller } from '../../identity/caller.js';
import { isDraft } from '../connection-state.js';
import type { ConnectionEntity } from '../connection.entity.js';
import { ConnectionRepository, type SchemaReferences } from '../connection.repository.js';
import type { SearchSettingsDto } from '../dto/search-settings.dto.js';
import { mayTouch, requireAccess } from '../ownership.js';
import { itemsOfTenant, releaseGroup, releaseItems, reserveGroup, reserveItem } from './connection-counts.js';

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

/** How features below a connection reach it: checks the caller's access and tells the connection's state. */
@Injectable()
export class ConnectionAccess {
  constructor(
    private readonly configuration: Configuration,
    private readonly connections: ConnectionRepository,
    private readonly clock: Clock,
  ) {}

  /** @throws connectionNotFound, connectionNotOwned */
  async find(caller: AuthorizedCaller, id: string): Promise<ConnectionScope> {
    return this.scope(requireAccess(caller, await this.connections.find(caller.tenantId, id)));
  }

  /** The connections of these ids that exist and that the caller may access, by their ids. */
  async named(caller: AuthorizedCaller, ids: readonly string[]): Promise<ConnectionScope[]> {
    return this.accessible(caller, await this.connections.named(caller.tenantId, ids));
  }

  /** Those of the first `limit` connections of the tenant, by their ids, that the caller may access. */
  async first(caller: AuthorizedCaller, limit: number): Promise<ConnectionScope[]> {
    return this.accessible(caller, await this.connections.first(caller.tenantId, limit));
  }

  /** How the results of a connection look, if it says so. @throws connectionNotFound, connectionNotOwned */
  async searchSettings(caller: AuthorizedCaller, id: string): Promise<SearchSettingsDto | null> {
    return requireAccess(caller, await this.connections.find(caller.tenantId, id)).searchSettings;
  }

  private accessible(caller: AuthorizedCaller, rows: readonly ConnectionEntity[]): ConnectionScope[] {
    return rows.filter((row) => mayTouch(caller, row)).map((row) => this.scope(row));
  }

  /** The same inside a unit of work; locks the connection until the unit ends. @throws connectionNotFound, connectionNotOwned */
  async lockForUpdate(
    manager: EntityManager,
    caller: AuthorizedCaller,
    id: string,
  ): Promise<ConnectionScope> {
    return this.scope(
      requireAccess(caller, await this.connections.lockForUpdate(manager, caller.tenantId, id)),
    );
  }

  /** Locks the connection for share, so that it cannot be deleted until a row is added below it. @throws connectionNotFound */
  async lockShared(
    manager: EntityManager,
    { tenantId, normalizedId, connectionKey }: ConnectionScope,
  ): Promise<void> {
    const found = await this.connections.lockShared(manager, tenantId, normalizedId);
    if (found?.connectionKey !== connectionKey) throw connectionNotFound();
  }

  /** How many more items a connection may have (docs/contract/api.md#1.7). @throws connectionNotFound, connectionNotOwned */
  async itemsRemaining(caller: AuthorizedCaller, id: string): Promise<number> {
    const { itemCount } = await this.find(caller, id);
    const { itemsPerConnection, itemsPerTenant } = this.configuration.limits;
    const ofTenant = itemsPerTenant - (await this.connections.itemsOfTenant(caller.tenantId));
    return Math.max(0, Math.min(itemsPerConnection - itemCount, ofTenant));
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

  /** Takes a place for one more item, within the limits. @throws connectionNotFound, itemLimitReached */
  reserveItem(manager: EntityManager, scope: ConnectionScope): Promise<void> {
    return reserveItem(manager, scope, this.configuration.limits);
  }

  /** Gives back the places of items that are removed. */
  releaseItems(manager: EntityManager, scope: ConnectionScope, count: number): Promise<void> {
    return releaseItems(manager, scope, count);
  }

  /** Takes a place for one more group, within the limit. The connection must be locked at least for share. @throws groupLimitReached */
  reserveGroup(manager: EntityManager, scope: ConnectionScope): Promise<void> {
    return reserveGroup(manager, scope, this.configuration.limits.groupsPerTenant);
  }

  /** Gives back the place of a group that is removed. The connection must be locked at least for share. */
  releaseGroup(manager: EntityManager, scope: ConnectionScope): Promise<void> {
    return releaseGroup(manager, scope);
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
