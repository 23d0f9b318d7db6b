import { Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiGraphErrors } from '../graph/errors/api-graph-errors.js';
import { GraphController } from '../graph/http/graph-controller.js';
import { Prefers, QueryOptionsOf, Version } from '../graph/http/parameters.js';
import type { GraphVersion } from '../graph/http/request-context.js';
import { AnswersSingleton } from '../graph/odata/odata-answer.js';
import { ApiQueryOptions } from '../graph/odata/query/api-query-options.js';
import { firstPage, type QueryOptions } from '../graph/odata/query/options.js';
import { type Page } from '../graph/odata/query/page.js';
import { type AuthorizedCaller, CurrentCaller } from '../identity/caller.js';
import { RequirePermissions } from '../identity/permissions/require-permissions.js';
import { CONNECTION_QUERY, EXTERNAL_QUERY, GET_OPTIONS } from './connection-query.js';
import { ConnectionsService } from './connections.service.js';
import type { ExternalConnectionDto } from './dto/external-connection.dto.js';
import { ExternalDto } from './dto/external.dto.js';

@ApiTags('externalConnection')
@GraphController('external')
export class ExternalController {
  constructor(private readonly connections: ConnectionsService) {}

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
  @AnswersSingleton('external', ExternalDto)
  @ApiOperation({
    summary: 'Get external',
    description: 'Where the connections are. It has nothing of its own.',
  })
  @ApiQueryOptions(GET_OPTIONS)
  @ApiOkResponse({ type: ExternalDto, description: 'The singleton.' })
  @ApiGraphErrors(400, 401, 403, 503)
  async get(
    @CurrentCaller() caller: AuthorizedCaller,
    @Version() version: GraphVersion,
    @QueryOptionsOf(EXTERNAL_QUERY, GET_OPTIONS) { expand }: QueryOptions,
    @Prefers('include-unknown-enum-members') includeUnknown: boolean,
  ): Promise<{ connections?: Page<ExternalConnectionDto> }> {
    if (expand.length === 0) return {};
    const all = firstPage(CONNECTION_QUERY);
    return { connections: await this.connections.list(caller, version, all, includeUnknown) };
  }
}
