import { Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { GraphQuery } from '../graph/http/parameters.js';
import { BETA } from '../graph/http/request-context.js';
import { type QueryOptions } from '../graph/odata/query/options.js';
import { entityOptions } from '../graph/odata/query/query-string.js';
import { QUOTA_READERS } from '../identity/permissions/permissions.js';
import { entity } from '../routes/answers.js';
import { type Call, CurrentCall } from '../routes/call.js';
import { GraphController } from '../routes/graph-controller.js';
import { Operation } from '../routes/operation.js';
import { QUOTA_QUERY } from './connection-query.js';
import { ConnectionQuotaDto } from './dto/connection-quota.dto.js';
import { ConnectionAccess } from './scope/connection-access.js';

@ApiTags('externalConnection')
@GraphController('external/connections/:id/quota', BETA)
export class ConnectionQuotaController {
  constructor(private readonly connections: ConnectionAccess) {}

  @Get()
  @Operation({
    summary: 'Get connection quota',
    description: 'The number of items that can still be added to the connection.',
    permissions: QUOTA_READERS,
    query: [QUOTA_QUERY, entityOptions()],
    answer: entity("external/connections('{id}')/quota", ConnectionQuotaDto, 'The quota.'),
  })
  async get(
    @CurrentCall() { caller }: Call,
    @Param('id') id: string,
    @GraphQuery() _query: QueryOptions,
  ): Promise<ConnectionQuotaDto> {
    return { itemsRemaining: await this.connections.itemsRemaining(caller, id) };
  }
}
