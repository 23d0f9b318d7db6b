import { Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { ApiGraphErrors } from '../graph/errors/api-graph-errors.js';
import { GraphController } from '../graph/http/graph-controller.js';
import { QueryOptionsOf } from '../graph/http/parameters.js';
import { AnswersEntity } from '../graph/odata/odata-answer.js';
import { ApiQueryOptions } from '../graph/odata/query/api-query-options.js';
import { type QueryOptions } from '../graph/odata/query/options.js';
import { type AuthorizedCaller, CurrentCaller } from '../identity/caller.js';
import type { PermissionDeclaration } from '../identity/permissions/permissions.js';
import { RequirePermissions } from '../identity/permissions/require-permissions.js';
import { QUOTA_OPTIONS, QUOTA_QUERY } from './connection-query.js';
import { ID_PARAMETER } from './connections.examples.js';
import { ConnectionsService } from './connections.service.js';
import { ConnectionQuotaDto } from './dto/connection-quota.dto.js';

export const READ_QUOTA: PermissionDeclaration = {
  delegated: [],
  application: ['ExternalConnection.ReadWrite.OwnedBy'],
};

@ApiTags('externalConnection')
@GraphController('external/connections/:id/quota', ['beta'])
export class ConnectionQuotaController {
  constructor(private readonly connections: ConnectionsService) {}

  @Get()
  @RequirePermissions(READ_QUOTA)
  @AnswersEntity("external/connections('{id}')/quota", ConnectionQuotaDto)
  @ApiOperation({
    summary: 'Get connection quota',
    description: 'How many more items the connection may have.',
  })
  @ApiParam(ID_PARAMETER)
  @ApiQueryOptions(QUOTA_OPTIONS)
  @ApiOkResponse({ type: ConnectionQuotaDto, description: 'The quota.' })
  @ApiGraphErrors(400, 401, 403, 404, 503)
  get(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @QueryOptionsOf(QUOTA_QUERY, QUOTA_OPTIONS) _options: QueryOptions,
  ): Promise<ConnectionQuotaDto> {
    return this.connections.quota(caller, id);
  }
}
