import { Delete, Get, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { GraphBody } from '../graph/http/body.js';
import { ClientLeft, GraphQuery } from '../graph/http/parameters.js';
import { type QueryOptions } from '../graph/odata/query/options.js';
import { type Page } from '../graph/odata/query/page.js';
import { countOptions, entityOptions, listOptions } from '../graph/odata/query/query-string.js';
import { CONNECTION_READERS, CONNECTION_WRITERS } from '../identity/permissions/permissions.js';
import { accepted, created, entity, noContent, page } from '../routes/answers.js';
import { type Call, CurrentCall } from '../routes/call.js';
import { GraphController } from '../routes/graph-controller.js';
import { CountOperation, Operation } from '../routes/operation.js';
import { CONNECTION_QUERY } from './connection-query.js';
import { CREATE_EXAMPLES, CREATED_EXAMPLE, LIST_EXAMPLE, UPDATE_EXAMPLES } from './connections.examples.js';
import { ConnectionsService } from './connections.service.js';
import {
  CreateConnectionDto,
  ExternalConnectionCollectionDto,
  ExternalConnectionDto,
  UpdateConnectionDto,
} from './dto/external-connection.dto.js';

const COLLECTION = 'external/connections';

@ApiTags('externalConnection')
@GraphController(COLLECTION)
export class ConnectionsController {
  constructor(private readonly connections: ConnectionsService) {}

  @Post()
  @Operation({
    summary: 'Create connection',
    description: 'Create a new externalConnection.',
    permissions: CONNECTION_WRITERS,
    body: CreateConnectionDto,
    examples: CREATE_EXAMPLES,
    answer: created(COLLECTION, ExternalConnectionDto, 'The new connection.', CREATED_EXAMPLE),
    errors: [409, 429],
  })
  create(
    @CurrentCall() call: Call,
    @GraphBody() body: CreateConnectionDto,
    @ClientLeft() clientLeft: AbortSignal,
  ): Promise<ExternalConnectionDto> {
    return this.connections.create(call, body, clientLeft);
  }

  @Get()
  @Operation({
    summary: 'List connections',
    description: 'Lists the connections that the caller can see.',
    permissions: CONNECTION_READERS,
    query: [CONNECTION_QUERY, listOptions({ search: true, expand: true })],
    prefer: 'include-unknown-enum-members',
    answer: page(
      COLLECTION,
      ExternalConnectionDto,
      ExternalConnectionCollectionDto,
      'The connections, by id.',
      LIST_EXAMPLE,
    ),
  })
  list(@CurrentCall() call: Call, @GraphQuery() query: QueryOptions): Promise<Page<ExternalConnectionDto>> {
    return this.connections.list(call, query);
  }

  @Get('$count')
  @CountOperation({
    of: 'connections',
    description: 'The number of connections that the caller can see.',
    permissions: CONNECTION_READERS,
    query: [CONNECTION_QUERY, countOptions({ search: true })],
  })
  async count(@CurrentCall() { caller }: Call, @GraphQuery() query: QueryOptions): Promise<string> {
    return String(await this.connections.count(caller, query));
  }

  @Get(':id')
  @Operation({
    summary: 'Get connection',
    description: 'Read one externalConnection.',
    permissions: CONNECTION_READERS,
    query: [CONNECTION_QUERY, entityOptions({ expand: true })],
    prefer: 'include-unknown-enum-members',
    answer: entity(COLLECTION, ExternalConnectionDto, 'The connection.', CREATED_EXAMPLE),
  })
  get(
    @CurrentCall() call: Call,
    @Param('id') id: string,
    @GraphQuery() query: QueryOptions,
  ): Promise<ExternalConnectionDto> {
    return this.connections.get(call, id, query);
  }

  @Patch(':id')
  @Operation({
    summary: 'Update connection',
    description: 'Changes the properties that the body names.',
    permissions: CONNECTION_WRITERS,
    ifMatch: true,
    body: UpdateConnectionDto,
    examples: UPDATE_EXAMPLES,
    answer: noContent('The connection is changed.'),
    errors: [429],
  })
  update(
    @CurrentCall() call: Call,
    @Param('id') id: string,
    @GraphBody() body: UpdateConnectionDto,
    @ClientLeft() clientLeft: AbortSignal,
  ): Promise<void> {
    return this.connections.update(call, id, body, clientLeft);
  }

  @Delete(':id')
  @Operation({
    summary: 'Delete connection',
    description:
      'Deletes the connection. Its items, groups and operations are removed in the background. The id is free at once, or after CONNECTION_REMOVAL_MS.',
    permissions: CONNECTION_WRITERS,
    ifMatch: true,
    answer: accepted('The connection is gone.'),
  })
  delete(@CurrentCall() call: Call, @Param('id') id: string): Promise<void> {
    return this.connections.delete(call, id);
  }
}
