import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Configuration } from '../config/configuration.js';
import { ConnectionAccess, type ConnectionScope } from '../connections/scope/connection-access.js';
import { Clock } from '../graph/clock.js';
import { operationNotFound } from '../graph/errors/catalogue/schema.js';
import type { QueryOptions } from '../graph/odata/query/options.js';
import type { Page } from '../graph/odata/query/page.js';
import type { AuthorizedCaller } from '../identity/caller.js';
import type { ConnectionOperationDto } from './connection-operation.dto.js';
import type { OperationEntity } from './operation.entity.js';
import { OperationRepository } from './operation.repository.js';

/** The only way from a row to a body; `error` is there, and null unless the operation failed (docs/contract/api.md#2.2.8). */
function toConnectionOperation(row: OperationEntity, now: Date): ConnectionOperationDto {
  const { id, endDateTime, error } = row;
  if (endDateTime > now.toISOString()) return { id, status: 'inprogress', error: null };
  return { id, status: error === null ? 'completed' : 'failed', error };
}

export type PlannedOperation = Readonly<OperationEntity>;

const FAILURE = {
  code: 'SchemaRegistrationFailed',
  message: 'The schema could not be registered. FAIL_SCHEMA_OF names this connection.',
} as const;

/**
 * The rules of connectionOperation (docs/contract/api.md#1.6 and #4). An operation is planned whole when it begins: when
 * it ends, and how. So there is no work to do at its end, nothing to lose in a crash, and every server says the same.
 */
@Injectable()
export class OperationsService {
  constructor(
    private readonly configuration: Configuration,
    private readonly connections: ConnectionAccess,
    private readonly operations: OperationRepository,
    private readonly clock: Clock,
  ) {}

  /** A schema operation that begins now. */
  plan({ connectionKey, normalizedId }: ConnectionScope): PlannedOperation {
    const { provisioningMs, failOf } = this.configuration.schema;
    const now = this.clock.now();
    return {
      connectionKey,
      id: randomUUID(),
      createdDateTime: now.toISOString(),
      endDateTime: new Date(now.getTime() + provisioningMs).toISOString(),
      error: failOf.includes(normalizedId) ? FAILURE : null,
    };
  }

  add(manager: EntityManager, operation: PlannedOperation): Promise<void> {
    return this.operations.add(manager, operation);
  }

  /** The id of the operation that ends last. */
  newest(manager: EntityManager, connectionKey: string): Promise<string> {
    return this.operations.newest(manager, connectionKey);
  }

  /** @throws connectionNotFound, connectionNotOwned, operationNotFound */
  async get(caller: AuthorizedCaller, connectionId: string, id: string): Promise<ConnectionOperationDto> {
    const { connectionKey } = await this.connections.find(caller, connectionId);
    const operation = await this.operations.find(connectionKey, id);
    if (operation === null) throw operationNotFound();
    return toConnectionOperation(operation, this.clock.now());
  }

  /** @throws connectionNotFound, connectionNotOwned */
  async list(
    caller: AuthorizedCaller,
    connectionId: string,
    options: QueryOptions,
  ): Promise<Page<ConnectionOperationDto>> {
    const { connectionKey } = await this.connections.find(caller, connectionId);
    const page = await this.operations.page(connectionKey, options);
    return { ...page, rows: page.rows.map((row) => toConnectionOperation(row, this.clock.now())) };
  }

  /** How many operations `list` would find. @throws connectionNotFound, connectionNotOwned */
  async count(caller: AuthorizedCaller, connectionId: string, options: QueryOptions): Promise<number> {
    const { connectionKey } = await this.connections.find(caller, connectionId);
    return this.operations.count(connectionKey, options);
  }
}
