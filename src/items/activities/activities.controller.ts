import { HttpCode, Param, Post, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiExcludeEndpoint,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { ID_PARAMETER } from '../../connections/connections.examples.js';
import { ApiGraphErrors } from '../../graph/errors/api-graph-errors.js';
import { GraphBody } from '../../graph/http/graph-body.js';
import { GraphController } from '../../graph/http/graph-controller.js';
import { NAMESPACE } from '../../graph/odata/edm.js';
import { AnswersCollection } from '../../graph/odata/odata-answer.js';
import { type Page } from '../../graph/odata/query/page.js';
import { type AuthorizedCaller, CurrentCaller } from '../../identity/caller.js';
import { RequirePermissions } from '../../identity/permissions/require-permissions.js';
import { Throttled } from '../../throttling/throttled.js';
import { ITEM_ID_PARAMETER } from '../items.examples.js';
import { ADD_ACTIVITIES } from '../items.permissions.js';
import { ActivitiesService } from './activities.service.js';
import { ACTIVITIES_EXAMPLES } from './activities.examples.js';
import {
  AddActivitiesDto,
  ExternalActivityResultCollectionDto,
  type ExternalActivityResultDto,
} from './external-activity.dto.js';

@ApiTags('externalActivity')
@GraphController('external/connections/:id/items/:itemId')
export class ActivitiesController {
  constructor(private readonly activities: ActivitiesService) {}

  @Post('addActivities')
  @HttpCode(200)
  @RequirePermissions(ADD_ACTIVITIES)
  @Throttled('itemIngestion')
  @AnswersCollection(`Collection(${NAMESPACE}.externalActivityResult)`)
  @ApiOperation({
    summary: 'Add activities to externalItem',
    description: 'Records who viewed, changed, created or commented an item.',
  })
  @ApiParam(ID_PARAMETER)
  @ApiParam(ITEM_ID_PARAMETER)
  @ApiBody({ type: AddActivitiesDto, examples: ACTIVITIES_EXAMPLES })
  @ApiOkResponse({ type: ExternalActivityResultCollectionDto, description: 'All are recorded.' })
  @ApiResponse({
    status: 207,
    type: ExternalActivityResultCollectionDto,
    description: 'Some are not recorded: `error` of each says why, or null.',
  })
  @ApiGraphErrors(400, 401, 403, 404, 413, 415, 503)
  async add(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Param('itemId') itemId: string,
    @GraphBody() body: AddActivitiesDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page<ExternalActivityResultDto>> {
    const rows = await this.activities.add(caller, id, itemId, body);
    if (rows.some(({ error }) => error !== null)) void reply.code(207);
    return { rows };
  }

  /** An action may be named with its namespace (contract, clients.md 13). */
  @Post(`${NAMESPACE}.addActivities`)
  @HttpCode(200)
  @RequirePermissions(ADD_ACTIVITIES)
  @Throttled('itemIngestion')
  @AnswersCollection(`Collection(${NAMESPACE}.externalActivityResult)`)
  @ApiExcludeEndpoint()
  addQualified(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Param('itemId') itemId: string,
    @GraphBody() body: AddActivitiesDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page<ExternalActivityResultDto>> {
    return this.add(caller, id, itemId, body, reply);
  }
}
