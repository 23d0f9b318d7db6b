import { Injectable, Logger } from '@nestjs/common';
import { ConnectionAccess, type ConnectionScope } from '../connections/scope/connection-access.js';
import { Database } from '../database/database.js';
import { connectionNotFound, connectionStateForbids } from '../graph/errors/catalogue/connection.js';
import { bodyNotValid } from '../graph/errors/catalogue/request.js';
import { schemaNotFound, schemaOperationInProgress } from '../graph/errors/catalogue/schema.js';
import type { ReadBody } from '../graph/http/body.js';
import { inTurns } from '../graph/turns.js';
import type { Call } from '../routes/call.js';
import { OperationsService, type PlannedOperation } from '../operations/operations.service.js';
import type { RegisterSchemaDto, SchemaDto, SchemaPropertyDto } from './schema.dto.js';
import { toSchema } from './schema.mapper.js';
import { SchemaRepository } from './schema.repository.js';
import { schemaWarnings } from './schema-warnings.js';
import { keepingBeta, schemaFaults, updateFaults, withDefaults } from './schema-rules.js';

/** The rules of schema (docs/contract/api.md#1.5, #2.2.6, #2.2.7 and #4). */
@Injectable()
export class SchemaService {
  private readonly log = new Logger('Schema');

  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionAccess,
    private readonly operations: OperationsService,
    private readonly schemas: SchemaRepository,
  ) {}

  /**
   * Begins to register a schema, or to update the one that there is, and tells its operation. The schema is in force, and
   * a draft connection ready, when the operation has ended. What is right and will disappoint is told to the log.
   * @throws connectionNotFound, connectionNotOwned, connectionStateForbids, schemaOperationInProgress, bodyNotValid
   */
  async register(
    { caller, version }: Call,
    connectionId: string,
    { value: body, issues }: ReadBody<RegisterSchemaDto>,
  ): Promise<{ readonly id: string }> {
    const found = await this.connections.find(caller, connectionId);
    const sent = [...issues, ...(await inTurns(schemaFaults(body, found.isOfPeople)))];
    if (sent.length > 0) throw bodyNotValid(sent);
    const operation = await this.database.write(async (manager) => {
      const connection = await this.connections.lockForUpdate(manager, caller, connectionId);
      const { schema } = connection;
      if (!connection.isDraft && (await this.connections.isFull(manager, connection)))
        throw connectionStateForbids(
          connection.id,
          'limitExceeded',
          'Its schema cannot be changed until it has fewer items.',
        );
      const operation = this.operations.plan(connection);
      if (schema.schemaDateTime !== null && schema.schemaDateTime > operation.createdDateTime)
        throw schemaOperationInProgress(
          await this.operations.newest(manager, connection.connectionKey),
          schema.schemaDateTime,
        );
      const before =
        schema.schemaId === null
          ? []
          : (await this.schemas.find(connection.connectionKey, schema.schemaId, manager))!;
      const after = version === 'beta' ? body : keepingBeta(before, body);
      // What v1.0 did not say may not go together with what it said.
      const together = await inTurns(schemaFaults(after, connection.isOfPeople));
      const faults = [...together, ...updateFaults(before, after)];
      if (faults.length > 0) throw bodyNotValid(faults);
      await this.operations.add(manager, operation);
      if (operation.error === null)
        await this.schemas.add(manager, {
          connectionKey: connection.connectionKey,
          schemaId: operation.id,
          definition: after.properties.map(withDefaults),
        });
      await this.connections.setSchema(manager, connection, referencesAfter(connection, operation));
      return { id: operation.id };
    });
    for (const warning of schemaWarnings(body.properties, found.isOfPeople))
      this.log.warn(`Schema of connection '${found.id}' of tenant ${found.tenantId}: ${warning}`);
    return operation;
  }

  /** @throws connectionNotFound, connectionNotOwned, schemaNotFound */
  async get(call: Call, connectionId: string): Promise<SchemaDto> {
    const schema = await this.find(call, connectionId);
    if (schema === null) throw schemaNotFound();
    return schema;
  }

  /**
   * The newest schema, readable as soon as it was sent (docs/contract/api.md#10.5); null where there is none.
   * @throws connectionNotFound, connectionNotOwned
   */
  async find(
    { caller, version, includeUnknown = false }: Call,
    connectionId: string,
  ): Promise<SchemaDto | null> {
    const { connectionKey, schema } = await this.connections.find(caller, connectionId);
    if (schema.schemaId === null) return null;
    const properties = await this.schemas.find(connectionKey, schema.schemaId);
    return properties === null ? null : toSchema(properties, version, includeUnknown);
  }

  /**
   * The schema that the items of a connection follow at a time.
   * @throws connectionStateForbids where there is none yet, connectionNotFound
   */
  async inForce(connection: ConnectionScope, now: Date): Promise<readonly SchemaPropertyDto[]> {
    const { schemaId, schemaIdBefore, schemaDateTime } = connection.schema;
    const updating = schemaDateTime !== null && schemaDateTime > now.toISOString();
    const id = updating ? schemaIdBefore : schemaId;
    if (id === null)
      throw connectionStateForbids(connection.id, 'draft', 'Register a schema and wait for its operation.');
    const properties = await this.schemas.find(connection.connectionKey, id);
    if (properties === null) throw connectionNotFound();
    return properties;
  }
}

/** What a connection refers to once an operation has been planned; one that is to fail leaves the schema as it was. */
function referencesAfter(
  { schema }: ConnectionScope,
  { id, endDateTime, error }: PlannedOperation,
): ConnectionScope['schema'] {
  const { schemaId, readyDateTime } = schema;
  if (error !== null)
    return { schemaId, schemaIdBefore: schemaId, schemaDateTime: endDateTime, readyDateTime };
  return {
    schemaId: id,
    schemaIdBefore: schemaId,
    schemaDateTime: endDateTime,
    readyDateTime: readyDateTime ?? endDateTime,
  };
}
