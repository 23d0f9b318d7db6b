import { Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ID_PARAMETER } from '../connections/connections.examples.js';
import { ApiGraphErrors } from '../graph/errors/api-graph-errors.js';
import { GraphController } from '../graph/http/graph-controller.js';
import { QueryOptionsOf } from '../graph/http/parameters.js';
import { AnswersCount, ApiQueryOptions } from '../graph/odata/query/api-query-options.js';
import { AnswersCollection, AnswersEntity } from '../graph/odata/odata-answer.js';
import { type QueryOptions } from '../graph/odata/query/options.js';
import { type Page } from '../graph/odata/query/page.js';
import { type AuthorizedCaller, CurrentCaller } from '../identity/caller.js';
import { RequirePermissions } from '../identity/permissions/require-permissions.js';
import { ConnectionOperationCollectionDto, ConnectionOperationDto } from './dto/connection-operation.dto.js';
import { COUNT_OPTIONS, LIST_OPTIONS, OPERATION_QUERY } from './operation-query.js';
import { OperationsService } from './operations.service.js';
import { READ_OPERATIONS } from './operations.permissions.js';

const COLLECTION = "external/connections('{id}')/operations";

@ApiTags('connectionOperation')
@GraphController('external/connections/:id/operations')
export class OperationsController {
  constructor(private readonly operations: OperationsService) {}

  @Get()
  @RequirePermissions(READ_OPERATIONS)
  @AnswersCollection(COLLECTION, ConnectionOperationDto)
  @ApiOperation({
    summary: 'List connectionOperations',
    description:
      'The operations of a connection. Not documented by Microsoft: for whoever debugs a connector.',
  })
  @ApiParam(ID_PARAMETER)
  @ApiQueryOptions(LIST_OPTIONS)
  @ApiOkResponse({ type: ConnectionOperationCollectionDto, description: 'The operations, by id.' })
  @ApiGraphErrors(400, 401, 403, 404, 503)
  list(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @QueryOptionsOf(OPERATION_QUERY, LIST_OPTIONS) options: QueryOptions,
  ): Promise<Page<ConnectionOperationDto>> {
    return this.operations.list(caller, id, options);
  }

  @Get('$count')
  @RequirePermissions(READ_OPERATIONS)
  @AnswersCount('connectionOperations', COUNT_OPTIONS)
  @ApiParam(ID_PARAMETER)
  @ApiGraphErrors(400, 401, 403, 404, 503)
  async count(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @QueryOptionsOf(OPERATION_QUERY, COUNT_OPTIONS) options: QueryOptions,
  ): Promise<string> {
    return String(await this.operations.count(caller, id, options));
  }

  @Get(':operationId')
  @RequirePermissions(READ_OPERATIONS)
  @AnswersEntity(COLLECTION, ConnectionOperationDto)
  @ApiOperation({
    summary: 'Get connectionOperation',
    description: 'Whether an operation has ended, and how.',
  })
  @ApiParam(ID_PARAMETER)
  @ApiParam({ name: 'operationId', description: 'From the Location header of the schema request.' })
  @ApiOkResponse({ type: ConnectionOperationDto, description: 'The operation.' })
  @ApiGraphErrors(401, 403, 404, 503)
  get(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Param('operationId') operationId: string,
  ): Promise<ConnectionOperationDto> {
    return this.operations.get(caller, id, operationId);
  }
}
