import { Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { GraphBody } from '../graph/http/body.js';
import {
  ClientLeft,
  IF_MATCH_HEADER,
  IfMatch,
  Prefers,
  QueryOptionsOf,
  Version,
} from '../graph/http/parameters.js';
import { GraphController } from '../graph/http/graph-controller.js';
import type { GraphVersion } from '../graph/http/request-context.js';
import { AnswersCount, ApiQueryOptions } from '../graph/odata/query/api-query-options.js';
import { type QueryOptions } from '../graph/odata/query/options.js';
import { type Page } from '../graph/odata/query/page.js';
import { AnswersCollection, AnswersEntity } from '../graph/odata/odata-answer.js';
import { type AuthorizedCaller, CurrentCaller } from '../identity/caller.js';
import { RequirePermissions } from '../identity/permissions/require-permissions.js';
import { CONNECTION_QUERY, COUNT_OPTIONS, GET_OPTIONS, LIST_OPTIONS } from './connection-query.js';
import { ConnectionsService } from './connections.service.js';
import {
  CREATE_EXAMPLES,
  CREATED_EXAMPLE,
  LIST_EXAMPLE,
  ID_PARAMETER,
  UPDATE_EXAMPLES,
} from './connections.examples.js';
import {
  CreateConnectionDto,
  ExternalConnectionCollectionDto,
  ExternalConnectionDto,
  UpdateConnectionDto,
} from './dto/external-connection.dto.js';
import { ApiGraphErrors } from '../graph/errors/api-graph-errors.js';

const COLLECTION = 'external/connections';

@ApiTags('externalConnection')
@GraphController(COLLECTION)
export class ConnectionsController {
  constructor(private readonly connections: ConnectionsService) {}

  @Post()
  @HttpCode(201)
  @RequirePermissions({
    delegated: ['ExternalConnection.ReadWrite.OwnedBy', 'ExternalConnection.ReadWrite.All'],
    application: ['ExternalConnection.ReadWrite.OwnedBy', 'ExternalConnection.ReadWrite.All'],
  })
  @AnswersEntity(COLLECTION, ExternalConnectionDto)
  @ApiOperation({ summary: 'Create connection', description: 'Create a new externalConnection.' })
  @ApiBody({ type: CreateConnectionDto, examples: CREATE_EXAMPLES })
  @ApiCreatedResponse({
    type: ExternalConnectionDto,
    description: 'The new connection.',
    example: CREATED_EXAMPLE,
  })
  @ApiGraphErrors(400, 401, 403, 409, 413, 415, 429, 503)
  create(
    @CurrentCaller() caller: AuthorizedCaller,
    @GraphBody() body: CreateConnectionDto,
    @Version() version: GraphVersion,
    @ClientLeft() clientLeft: AbortSignal,
  ): Promise<ExternalConnectionDto> {
    return this.connections.create(caller, body, version, clientLeft);
  }

  @Get()
  @RequirePermissions({
    delegated: [
      'ExternalConnection.ReadWrite.OwnedBy',
      'ExternalConnection.Read.All',
      'ExternalConnection.ReadWrite.All',
    ],
    application: [
      'ExternalConnection.ReadWrite.OwnedBy',
      'ExternalConnection.Read.All',
      'ExternalConnection.ReadWrite.All',
    ],
  })
  @AnswersCollection(COLLECTION, ExternalConnectionDto)
  @ApiOperation({ summary: 'List connections', description: 'List the connections that the caller may see.' })
  @ApiQueryOptions(LIST_OPTIONS)
  @ApiOkResponse({
    type: ExternalConnectionCollectionDto,
    description: 'The connections, by id.',
    example: LIST_EXAMPLE,
  })
  @ApiGraphErrors(400, 401, 403, 503)
  list(
    @CurrentCaller() caller: AuthorizedCaller,
    @Version() version: GraphVersion,
    @QueryOptionsOf(CONNECTION_QUERY, LIST_OPTIONS) options: QueryOptions,
    @Prefers('include-unknown-enum-members') includeUnknown: boolean,
  ): Promise<Page<ExternalConnectionDto>> {
    return this.connections.list(caller, version, options, includeUnknown);
  }

  @Get('$count')
  @RequirePermissions({
    delegated: [
      'ExternalConnection.ReadWrite.OwnedBy',
      'ExternalConnection.Read.All',
      'ExternalConnection.ReadWrite.All',
    ],
    application: [
      'ExternalConnection.ReadWrite.OwnedBy',
      'ExternalConnection.Read.All',
      'ExternalConnection.ReadWrite.All',
    ],
  })
  @AnswersCount('connections', COUNT_OPTIONS, 'How many connections the caller may see.')
  @ApiGraphErrors(400, 401, 403, 503)
  async count(
    @CurrentCaller() caller: AuthorizedCaller,
    @QueryOptionsOf(CONNECTION_QUERY, COUNT_OPTIONS) options: QueryOptions,
  ): Promise<string> {
    return String(await this.connections.count(caller, options));
  }

  @Get(':id')
  @RequirePermissions({
    delegated: [
      'ExternalConnection.ReadWrite.OwnedBy',
      'ExternalConnection.Read.All',
      'ExternalConnection.ReadWrite.All',
    ],
    application: [
      'ExternalConnection.ReadWrite.OwnedBy',
      'ExternalConnection.Read.All',
      'ExternalConnection.ReadWrite.All',
    ],
  })
  @AnswersEntity(COLLECTION, ExternalConnectionDto)
  @ApiOperation({ summary: 'Get connection', description: 'Read one externalConnection.' })
  @ApiParam(ID_PARAMETER)
  @ApiQueryOptions(GET_OPTIONS)
  @ApiOkResponse({ type: ExternalConnectionDto, description: 'The connection.', example: CREATED_EXAMPLE })
  @ApiGraphErrors(400, 401, 403, 404, 503)
  get(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Version() version: GraphVersion,
    @QueryOptionsOf(CONNECTION_QUERY, GET_OPTIONS) options: QueryOptions,
    @Prefers('include-unknown-enum-members') includeUnknown: boolean,
  ): Promise<ExternalConnectionDto> {
    return this.connections.get(caller, id, version, options, includeUnknown);
  }

  @Patch(':id')
  @HttpCode(204)
  @RequirePermissions({
    delegated: ['ExternalConnection.ReadWrite.OwnedBy', 'ExternalConnection.ReadWrite.All'],
    application: ['ExternalConnection.ReadWrite.OwnedBy', 'ExternalConnection.ReadWrite.All'],
  })
  @ApiOperation({ summary: 'Update connection', description: 'Change what the body names; the rest stays.' })
  @ApiParam(ID_PARAMETER)
  @ApiHeader(IF_MATCH_HEADER)
  @ApiBody({ type: UpdateConnectionDto, examples: UPDATE_EXAMPLES })
  @ApiNoContentResponse({ description: 'The connection is changed.' })
  @ApiGraphErrors(400, 401, 403, 404, 412, 413, 415, 429, 503)
  update(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @GraphBody() body: UpdateConnectionDto,
    @IfMatch() ifMatch: string | undefined,
    @ClientLeft() clientLeft: AbortSignal,
  ): Promise<void> {
    return this.connections.update(caller, id, body, ifMatch, clientLeft);
  }

  @Delete(':id')
  @HttpCode(202)
  @RequirePermissions({
    delegated: ['ExternalConnection.ReadWrite.OwnedBy', 'ExternalConnection.ReadWrite.All'],
    application: ['ExternalConnection.ReadWrite.OwnedBy', 'ExternalConnection.ReadWrite.All'],
  })
  @ApiOperation({
    summary: 'Delete connection',
    description:
      'The connection is gone; what lies under it is removed afterwards. Its id is free at once, or after CONNECTION_REMOVAL_MS.',
  })
  @ApiParam(ID_PARAMETER)
  @ApiHeader(IF_MATCH_HEADER)
  @ApiAcceptedResponse({ description: 'The connection is gone.' })
  @ApiGraphErrors(401, 403, 404, 412, 503)
  delete(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<void> {
    return this.connections.delete(caller, id, ifMatch);
  }
}
