import { Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import { ID_PARAMETER } from '../connections/connections.examples.js';
import { ApiGraphErrors } from '../graph/errors/api-graph-errors.js';
import { GraphBody } from '../graph/http/body.js';
import { IF_MATCH_HEADER, IfMatch, QueryOptionsOf, Version } from '../graph/http/parameters.js';
import { GraphController } from '../graph/http/graph-controller.js';
import type { GraphVersion } from '../graph/http/request-context.js';
import { AnswersCount, ApiQueryOptions } from '../graph/odata/query/api-query-options.js';
import { AnswersCollection, AnswersEntity } from '../graph/odata/odata-answer.js';
import { type QueryOptions } from '../graph/odata/query/options.js';
import { type AuthorizedCaller, CurrentCaller } from '../identity/caller.js';
import { RequirePermissions } from '../identity/permissions/require-permissions.js';
import { Throttled } from '../throttling/throttled.js';
import {
  CreateGroupDto,
  ExternalGroupCollectionDto,
  ExternalGroupDto,
  UpdateGroupDto,
} from './dto/external-group.dto.js';
import { COUNT_OPTIONS, GET_GROUP_OPTIONS, GROUP_QUERY, LIST_GROUPS_OPTIONS } from './group-query.js';
import {
  CREATE_GROUP_EXAMPLES,
  GROUP_EXAMPLE,
  GROUP_PARAMETER,
  GROUPS_EXAMPLE,
  UPDATE_GROUP_EXAMPLES,
} from './groups.examples.js';
import { READ_GROUPS, WRITE_GROUPS } from './groups.permissions.js';
import { GroupsService } from './groups.service.js';

const COLLECTION = "external/connections('{id}')/groups";

@ApiTags('externalGroup')
@GraphController('external/connections/:id/groups')
export class GroupsController {
  constructor(private readonly groups: GroupsService) {}

  @Post()
  @HttpCode(201)
  @RequirePermissions(WRITE_GROUPS)
  @Throttled('groupAdministration')
  @AnswersEntity(COLLECTION, ExternalGroupDto)
  @ApiOperation({ summary: 'Create externalGroup', description: 'Create a group of the external system.' })
  @ApiParam(ID_PARAMETER)
  @ApiBody({ type: CreateGroupDto, examples: CREATE_GROUP_EXAMPLES })
  @ApiCreatedResponse({ type: ExternalGroupDto, description: 'The new group.', example: GROUP_EXAMPLE })
  @ApiGraphErrors(400, 401, 403, 404, 409, 413, 415, 503)
  create(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @GraphBody() body: CreateGroupDto,
  ): Promise<ExternalGroupDto> {
    return this.groups.create(caller, id, body);
  }

  @Get()
  @RequirePermissions(READ_GROUPS)
  @Throttled('groupAdministration')
  @AnswersCollection(COLLECTION, ExternalGroupDto)
  @ApiOperation({
    summary: 'List externalGroups',
    description: 'The groups of a connection. Not documented by Microsoft: for whoever debugs a connector.',
  })
  @ApiParam(ID_PARAMETER)
  @ApiQueryOptions(LIST_GROUPS_OPTIONS)
  @ApiOkResponse({
    type: ExternalGroupCollectionDto,
    description: 'The groups, by id.',
    example: GROUPS_EXAMPLE,
  })
  @ApiGraphErrors(400, 401, 403, 404, 503)
  list(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Version() version: GraphVersion,
    @QueryOptionsOf(GROUP_QUERY, LIST_GROUPS_OPTIONS) options: QueryOptions,
  ): ReturnType<GroupsService['list']> {
    return this.groups.list(caller, id, version, options);
  }

  @Get('$count')
  @RequirePermissions(READ_GROUPS)
  @Throttled('groupAdministration')
  @AnswersCount('externalGroups', COUNT_OPTIONS)
  @ApiParam(ID_PARAMETER)
  @ApiGraphErrors(400, 401, 403, 404, 503)
  async count(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @QueryOptionsOf(GROUP_QUERY, COUNT_OPTIONS) options: QueryOptions,
  ): Promise<string> {
    return String(await this.groups.count(caller, id, options));
  }

  @Get(':groupId')
  @RequirePermissions(READ_GROUPS)
  @Throttled('groupAdministration')
  @AnswersEntity(COLLECTION, ExternalGroupDto)
  @ApiOperation({ summary: 'Get externalGroup', description: 'Read one group, without its members.' })
  @ApiParam(ID_PARAMETER)
  @ApiParam(GROUP_PARAMETER)
  @ApiQueryOptions(GET_GROUP_OPTIONS)
  @ApiOkResponse({ type: ExternalGroupDto, description: 'The group.', example: GROUP_EXAMPLE })
  @ApiGraphErrors(400, 401, 403, 404, 503)
  get(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Param('groupId') groupId: string,
    @Version() version: GraphVersion,
    @QueryOptionsOf(GROUP_QUERY, GET_GROUP_OPTIONS) options: QueryOptions,
  ): ReturnType<GroupsService['get']> {
    return this.groups.get(caller, id, groupId, version, options);
  }

  @Patch(':groupId')
  @HttpCode(204)
  @RequirePermissions(WRITE_GROUPS)
  @Throttled('groupAdministration')
  @ApiOperation({
    summary: 'Update externalGroup',
    description: 'Change what the body names; the rest stays.',
  })
  @ApiParam(ID_PARAMETER)
  @ApiParam(GROUP_PARAMETER)
  @ApiHeader(IF_MATCH_HEADER)
  @ApiBody({ type: UpdateGroupDto, examples: UPDATE_GROUP_EXAMPLES })
  @ApiNoContentResponse({ description: 'The group is changed.' })
  @ApiGraphErrors(400, 401, 403, 404, 412, 413, 415, 503)
  update(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Param('groupId') groupId: string,
    @GraphBody() body: UpdateGroupDto,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<void> {
    return this.groups.update(caller, id, groupId, body, ifMatch);
  }

  @Delete(':groupId')
  @HttpCode(204)
  @RequirePermissions(WRITE_GROUPS)
  @Throttled('groupAdministration')
  @ApiOperation({ summary: 'Delete externalGroup', description: 'The group is gone, with its members.' })
  @ApiParam(ID_PARAMETER)
  @ApiParam(GROUP_PARAMETER)
  @ApiHeader(IF_MATCH_HEADER)
  @ApiNoContentResponse({ description: 'The group is gone.' })
  @ApiGraphErrors(401, 403, 404, 412, 503)
  delete(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Param('groupId') groupId: string,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<void> {
    return this.groups.delete(caller, id, groupId, ifMatch);
  }
}
