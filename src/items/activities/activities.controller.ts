import { Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { ID_PARAMETER } from '../../connections/connections.examples.js';
import { ApiGraphErrors } from '../../graph/errors/api-graph-errors.js';
import { GraphBody } from '../../graph/http/body.js';
import { GraphController } from '../../graph/http/graph-controller.js';
import { QueryOptionsOf } from '../../graph/http/parameters.js';
import { NAMESPACE } from '../../graph/odata/edm.js';
import { AnswersCount, ApiQueryOptions } from '../../graph/odata/query/api-query-options.js';
import { AnswersCollection, AnswersEntity } from '../../graph/odata/odata-answer.js';
import { type QueryOptions } from '../../graph/odata/query/options.js';
import { type Page } from '../../graph/odata/query/page.js';
import { type AuthorizedCaller, CurrentCaller } from '../../identity/caller.js';
import { RequirePermissions } from '../../identity/permissions/require-permissions.js';
import { Throttled } from '../../throttling/throttled.js';
import { ITEM_ID_PARAMETER } from '../items.examples.js';
import { ADD_ACTIVITIES, READ_ITEMS } from '../items.permissions.js';
import { ActivitiesService } from './activities.service.js';
import { ACTIVITIES_EXAMPLES } from './activities.examples.js';
import {
  ACTIVITY_QUERY,
  COUNT_ACTIVITIES_OPTIONS,
  GET_ACTIVITY_OPTIONS,
  LIST_ACTIVITIES_OPTIONS,
} from './activity-query.js';
import {
  AddActivitiesDto,
  ExternalActivityCollectionDto,
  ExternalActivityResultCollectionDto,
  type ExternalActivityResultDto,
  RecordedActivityDto,
} from './external-activity.dto.js';

const COLLECTION = "external/connections('{id}')/items('{itemId}')/activities";

const PARTLY = {
  status: 207,
  type: ExternalActivityResultCollectionDto,
  description: 'Some are not recorded: `error` of each says why, or null.',
} as const;

const ACTIVITY_ID_PARAMETER = { name: 'activityId', description: 'Given by addActivities.' };

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
  @ApiResponse(PARTLY)
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

  /** An action may be named with its namespace (docs/contract/clients.md#13). */
  @Post(`${NAMESPACE}.addActivities`)
  @HttpCode(200)
  @RequirePermissions(ADD_ACTIVITIES)
  @Throttled('itemIngestion')
  @AnswersCollection(`Collection(${NAMESPACE}.externalActivityResult)`)
  @ApiOperation({
    summary: 'Add activities to externalItem, by the qualified name',
    description: 'The same as addActivities.',
  })
  @ApiParam(ID_PARAMETER)
  @ApiParam(ITEM_ID_PARAMETER)
  @ApiBody({ type: AddActivitiesDto, examples: ACTIVITIES_EXAMPLES })
  @ApiOkResponse({ type: ExternalActivityResultCollectionDto, description: 'All are recorded.' })
  @ApiResponse(PARTLY)
  @ApiGraphErrors(400, 401, 403, 404, 413, 415, 503)
  addQualified(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Param('itemId') itemId: string,
    @GraphBody() body: AddActivitiesDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page<ExternalActivityResultDto>> {
    return this.add(caller, id, itemId, body, reply);
  }

  @Get('activities')
  @RequirePermissions(READ_ITEMS)
  @AnswersCollection(COLLECTION, RecordedActivityDto)
  @ApiOperation({
    summary: 'List externalActivities',
    description: 'What was recorded of an item. Not documented by Microsoft: for whoever debugs a connector.',
  })
  @ApiParam(ID_PARAMETER)
  @ApiParam(ITEM_ID_PARAMETER)
  @ApiQueryOptions(LIST_ACTIVITIES_OPTIONS)
  @ApiOkResponse({ type: ExternalActivityCollectionDto, description: 'The activities, by id.' })
  @ApiGraphErrors(400, 401, 403, 404, 503)
  list(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Param('itemId') itemId: string,
    @QueryOptionsOf(ACTIVITY_QUERY, LIST_ACTIVITIES_OPTIONS) options: QueryOptions,
  ): Promise<Page<RecordedActivityDto>> {
    return this.activities.list(caller, id, itemId, options);
  }

  @Get('activities/$count')
  @RequirePermissions(READ_ITEMS)
  @AnswersCount('externalActivities', COUNT_ACTIVITIES_OPTIONS)
  @ApiParam(ID_PARAMETER)
  @ApiParam(ITEM_ID_PARAMETER)
  @ApiGraphErrors(400, 401, 403, 404, 503)
  async count(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Param('itemId') itemId: string,
    @QueryOptionsOf(ACTIVITY_QUERY, COUNT_ACTIVITIES_OPTIONS) options: QueryOptions,
  ): Promise<string> {
    return String(await this.activities.count(caller, id, itemId, options));
  }

  @Get('activities/:activityId')
  @RequirePermissions(READ_ITEMS)
  @AnswersEntity(COLLECTION, RecordedActivityDto)
  @ApiOperation({ summary: 'Get externalActivity', description: 'What was recorded once.' })
  @ApiParam(ID_PARAMETER)
  @ApiParam(ITEM_ID_PARAMETER)
  @ApiParam(ACTIVITY_ID_PARAMETER)
  @ApiQueryOptions(GET_ACTIVITY_OPTIONS)
  @ApiOkResponse({ type: RecordedActivityDto, description: 'The activity.' })
  @ApiGraphErrors(400, 401, 403, 404, 503)
  get(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Param('itemId') itemId: string,
    @Param('activityId') activityId: string,
    @QueryOptionsOf(ACTIVITY_QUERY, GET_ACTIVITY_OPTIONS) _options: QueryOptions,
  ): Promise<RecordedActivityDto> {
    return this.activities.get(caller, id, itemId, activityId);
  }
}
