import { Get, Param, Post, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type FastifyReply } from 'fastify';
import { GraphBody } from '../../graph/http/body.js';
import { GraphQuery } from '../../graph/http/parameters.js';
import { NAMESPACE } from '../../graph/odata/edm.js';
import { type QueryOptions } from '../../graph/odata/query/options.js';
import { type Page } from '../../graph/odata/query/page.js';
import { countOptions, entityOptions, listOptions } from '../../graph/odata/query/query-string.js';
import { ACTIVITY_WRITERS, ITEM_READERS } from '../../identity/permissions/permissions.js';
import { entity, page } from '../../routes/answers.js';
import { type Call, CurrentCall } from '../../routes/call.js';
import { GraphController } from '../../routes/graph-controller.js';
import { CountOperation, Operation } from '../../routes/operation.js';
import { ACTIVITIES_EXAMPLES } from './activities.examples.js';
import { ActivitiesService } from './activities.service.js';
import { ACTIVITY_QUERY } from './activity-query.js';
import {
  AddActivitiesDto,
  ExternalActivityCollectionDto,
  ExternalActivityResultCollectionDto,
  type ExternalActivityResultDto,
  RecordedActivityDto,
} from './external-activity.dto.js';

const COLLECTION = "external/connections('{id}')/items('{itemId}')/activities";

const ADD_ACTIVITIES = {
  permissions: ACTIVITY_WRITERS,
  limit: 'itemIngestion',
  body: AddActivitiesDto,
  examples: ACTIVITIES_EXAMPLES,
  answer: page(
    `Collection(${NAMESPACE}.externalActivityResult)`,
    undefined,
    ExternalActivityResultCollectionDto,
    'All are recorded.',
  ),
  partly: {
    status: 207,
    type: ExternalActivityResultCollectionDto,
    description: 'Some activities are not recorded. `error` of each activity has the reason, or is null.',
  },
} as const;

@ApiTags('externalActivity')
@GraphController('external/connections/:id/items/:itemId')
export class ActivitiesController {
  constructor(private readonly activities: ActivitiesService) {}

  @Post('addActivities')
  @Operation({
    ...ADD_ACTIVITIES,
    summary: 'Add activities to externalItem',
    description: 'Records that users viewed, changed, created or commented on an item.',
  })
  async add(
    @CurrentCall() { caller }: Call,
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
  @Operation({
    ...ADD_ACTIVITIES,
    summary: 'Add activities to externalItem, by the qualified name',
    description: 'The same as addActivities.',
  })
  addQualified(
    @CurrentCall() call: Call,
    @Param('id') id: string,
    @Param('itemId') itemId: string,
    @GraphBody() body: AddActivitiesDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Page<ExternalActivityResultDto>> {
    return this.add(call, id, itemId, body, reply);
  }

  @Get('activities')
  @Operation({
    summary: 'List externalActivities',
    description:
      'The recorded activities of an item. Not documented by Microsoft: for debugging a connector.',
    permissions: ITEM_READERS,
    query: [ACTIVITY_QUERY, listOptions({ expand: true })],
    answer: page(COLLECTION, RecordedActivityDto, ExternalActivityCollectionDto, 'The activities, by id.'),
  })
  list(
    @CurrentCall() { caller }: Call,
    @Param('id') id: string,
    @Param('itemId') itemId: string,
    @GraphQuery() query: QueryOptions,
  ): Promise<Page<RecordedActivityDto>> {
    return this.activities.list(caller, id, itemId, query);
  }

  @Get('activities/$count')
  @CountOperation({
    of: 'externalActivities',
    permissions: ITEM_READERS,
    query: [ACTIVITY_QUERY, countOptions()],
  })
  async count(
    @CurrentCall() { caller }: Call,
    @Param('id') id: string,
    @Param('itemId') itemId: string,
    @GraphQuery() query: QueryOptions,
  ): Promise<string> {
    return String(await this.activities.count(caller, id, itemId, query));
  }

  @Get('activities/:activityId')
  @Operation({
    summary: 'Get externalActivity',
    description: 'One recorded activity.',
    permissions: ITEM_READERS,
    query: [ACTIVITY_QUERY, entityOptions({ expand: true })],
    answer: entity(COLLECTION, RecordedActivityDto, 'The activity.'),
  })
  get(
    @CurrentCall() { caller }: Call,
    @Param('id') id: string,
    @Param('itemId') itemId: string,
    @Param('activityId') activityId: string,
    @GraphQuery() _query: QueryOptions,
  ): Promise<RecordedActivityDto> {
    return this.activities.get(caller, id, itemId, activityId);
  }
}
