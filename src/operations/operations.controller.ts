import { Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { GraphQuery } from '../graph/http/parameters.js';
import { type QueryOptions } from '../graph/odata/query/options.js';
import { type Page } from '../graph/odata/query/page.js';
import { countOptions, listOptions } from '../graph/odata/query/query-string.js';
import { CONNECTION_READERS } from '../identity/permissions/permissions.js';
import { entity, page } from '../routes/answers.js';
import { type Call, CurrentCall } from '../routes/call.js';
import { GraphController } from '../routes/graph-controller.js';
import { CountOperation, Operation } from '../routes/operation.js';
import { ConnectionOperationCollectionDto, ConnectionOperationDto } from './connection-operation.dto.js';
import { OPERATION_QUERY } from './operation-query.js';
import { OperationsService } from './operations.service.js';

const COLLECTION = "external/connections('{id}')/operations";

@ApiTags('connectionOperation')
@GraphController('external/connections/:id/operations')
export class OperationsController {
  constructor(private readonly operations: OperationsService) {}

  @Get()
  @Operation({
    summary: 'List connectionOperations',
    description: 'The operations of a connection. Not documented by Microsoft: for debugging a connector.',
    permissions: CONNECTION_READERS,
    query: [OPERATION_QUERY, listOptions({ filter: false })],
    answer: page(
      COLLECTION,
      ConnectionOperationDto,
      ConnectionOperationCollectionDto,
      'The operations, by id.',
    ),
  })
  list(
    @CurrentCall() { caller }: Call,
    @Param('id') id: string,
    @GraphQuery() query: QueryOptions,
  ): Promise<Page<ConnectionOperationDto>> {
    return this.operations.list(caller, id, query);
  }

  @Get('$count')
  @CountOperation({
    of: 'connectionOperations',
    permissions: CONNECTION_READERS,
    query: [OPERATION_QUERY, countOptions({ filter: false })],
  })
  async count(
    @CurrentCall() { caller }: Call,
    @Param('id') id: string,
    @GraphQuery() query: QueryOptions,
  ): Promise<string> {
    return String(await this.operations.count(caller, id, query));
  }

  @Get(':operationId')
  @Operation({
    summary: 'Get connectionOperation',
    description: 'Tells whether an operation has ended, and with which result.',
    permissions: CONNECTION_READERS,
    answer: entity(COLLECTION, ConnectionOperationDto, 'The operation.'),
  })
  get(
    @CurrentCall() { caller }: Call,
    @Param('id') id: string,
    @Param('operationId') operationId: string,
  ): Promise<ConnectionOperationDto> {
    return this.operations.get(caller, id, operationId);
  }
}
