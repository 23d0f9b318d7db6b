import { Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { GraphQuery } from '../graph/http/parameters.js';
import { firstPage, type QueryOptions } from '../graph/odata/query/options.js';
import { type Page } from '../graph/odata/query/page.js';
import { entityOptions } from '../graph/odata/query/query-string.js';
import { CONNECTION_READERS } from '../identity/permissions/permissions.js';
import { singleton } from '../routes/answers.js';
import { type Call, CurrentCall } from '../routes/call.js';
import { GraphController } from '../routes/graph-controller.js';
import { Operation } from '../routes/operation.js';
import { CONNECTION_QUERY, EXTERNAL_QUERY } from './connection-query.js';
import { ConnectionsService } from './connections.service.js';
import { type ExternalConnectionDto } from './dto/external-connection.dto.js';
import { ExternalDto } from './dto/external.dto.js';

@ApiTags('externalConnection')
@GraphController('external')
export class ExternalController {
  constructor(private readonly connections: ConnectionsService) {}

  @Get()
  @Operation({
    summary: 'Get external',
    description: 'The container of the connections. It has no properties of its own.',
    permissions: CONNECTION_READERS,
    query: [EXTERNAL_QUERY, entityOptions({ expand: true })],
    prefer: 'include-unknown-enum-members',
    answer: singleton('external', ExternalDto, 'The singleton.'),
  })
  async get(
    @CurrentCall() call: Call,
    @GraphQuery() { expand }: QueryOptions,
  ): Promise<{ connections?: Page<ExternalConnectionDto> }> {
    if (expand.length === 0) return {};
    return { connections: await this.connections.list(call, firstPage(CONNECTION_QUERY)) };
  }
}
