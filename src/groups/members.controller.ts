import { Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
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
import { type Page } from '../graph/odata/query/page.js';
import { type AuthorizedCaller, CurrentCaller } from '../identity/caller.js';
import { RequirePermissions } from '../identity/permissions/require-permissions.js';
import { Throttled } from '../throttling/throttled.js';
import { CreateIdentityDto, IdentityCollectionDto, IdentityDto } from './dto/identity.dto.js';
import { COUNT_OPTIONS, GET_MEMBER_OPTIONS, LIST_MEMBERS_OPTIONS, memberQuery } from './group-query.js';
import { ADD_MEMBER_EXAMPLES, GROUP_PARAMETER, MEMBER_EXAMPLE, MEMBERS_EXAMPLE } from './groups.examples.js';
import { READ_GROUPS, WRITE_GROUPS } from './groups.permissions.js';
import { MembersService } from './members.service.js';

const COLLECTION = "external/connections('{id}')/groups('{groupId}')/members";

const MEMBER_PARAMETER = {
  name: 'memberId',
  description: 'The id of the member.',
  example: '2f1a1d2c-0a3b-4c5d-8e6f-112233445566',
};

@ApiTags('externalGroup')
@GraphController('external/connections/:id/groups/:groupId/members')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Post()
  @HttpCode(201)
  @RequirePermissions(WRITE_GROUPS)
  @Throttled('groupAdministration')
  @AnswersEntity(COLLECTION, IdentityDto)
  @ApiOperation({
    summary: 'Create identity',
    description: 'Add a user, a group of the directory, or another external group to a group.',
  })
  @ApiParam(ID_PARAMETER)
  @ApiParam(GROUP_PARAMETER)
  @ApiBody({ type: CreateIdentityDto, examples: ADD_MEMBER_EXAMPLES })
  @ApiCreatedResponse({ type: IdentityDto, description: 'The new member.', example: MEMBER_EXAMPLE })
  @ApiGraphErrors(400, 401, 403, 404, 409, 413, 415, 503)
  add(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Param('groupId') groupId: string,
    @GraphBody() body: CreateIdentityDto,
    @Version() version: GraphVersion,
  ): Promise<IdentityDto> {
    return this.members.add(caller, id, groupId, body, version);
  }

  @Get()
  @RequirePermissions(READ_GROUPS)
  @Throttled('groupAdministration')
  @AnswersCollection(COLLECTION, IdentityDto)
  @ApiOperation({
    summary: 'List members',
    description: 'The members of a group. Not documented by Microsoft: for whoever debugs a connector.',
  })
  @ApiParam(ID_PARAMETER)
  @ApiParam(GROUP_PARAMETER)
  @ApiQueryOptions(LIST_MEMBERS_OPTIONS)
  @ApiOkResponse({
    type: IdentityCollectionDto,
    description: 'The members, by id.',
    example: MEMBERS_EXAMPLE,
  })
  @ApiGraphErrors(400, 401, 403, 404, 503)
  list(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Param('groupId') groupId: string,
    @Version() version: GraphVersion,
    @QueryOptionsOf(memberQuery, LIST_MEMBERS_OPTIONS) options: QueryOptions,
  ): Promise<Page<IdentityDto>> {
    return this.members.list(caller, id, groupId, version, options);
  }

  @Get('$count')
  @RequirePermissions(READ_GROUPS)
  @Throttled('groupAdministration')
  @AnswersCount('members', COUNT_OPTIONS)
  @ApiParam(ID_PARAMETER)
  @ApiParam(GROUP_PARAMETER)
  @ApiGraphErrors(400, 401, 403, 404, 503)
  async count(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Param('groupId') groupId: string,
    @Version() version: GraphVersion,
    @QueryOptionsOf(memberQuery, COUNT_OPTIONS) options: QueryOptions,
  ): Promise<string> {
    return String(await this.members.count(caller, id, groupId, version, options));
  }

  @Get(':memberId')
  @RequirePermissions(READ_GROUPS)
  @Throttled('groupAdministration')
  @AnswersEntity(COLLECTION, IdentityDto)
  @ApiOperation({
    summary: 'Get identity',
    description: 'One member of a group. Not documented by Microsoft: for whoever debugs a connector.',
  })
  @ApiParam(ID_PARAMETER)
  @ApiParam(GROUP_PARAMETER)
  @ApiParam(MEMBER_PARAMETER)
  @ApiQueryOptions(GET_MEMBER_OPTIONS)
  @ApiOkResponse({ type: IdentityDto, description: 'The member.', example: MEMBER_EXAMPLE })
  @ApiGraphErrors(400, 401, 403, 404, 503)
  get(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Param('groupId') groupId: string,
    @Param('memberId') memberId: string,
    @Version() version: GraphVersion,
    @QueryOptionsOf(memberQuery, GET_MEMBER_OPTIONS) _options: QueryOptions,
  ): Promise<IdentityDto> {
    return this.members.get(caller, id, groupId, memberId, version);
  }

  @Delete(':memberId')
  @HttpCode(204)
  @RequirePermissions(WRITE_GROUPS)
  @Throttled('groupAdministration')
  @ApiOperation({ summary: 'Delete identity', description: 'Take a member out of a group.' })
  @ApiParam(ID_PARAMETER)
  @ApiParam(GROUP_PARAMETER)
  @ApiParam(MEMBER_PARAMETER)
  @ApiHeader(IF_MATCH_HEADER)
  @ApiNoContentResponse({ description: 'It is no member any more.' })
  @ApiGraphErrors(401, 403, 404, 412, 503)
  remove(
    @CurrentCaller() caller: AuthorizedCaller,
    @Param('id') id: string,
    @Param('groupId') groupId: string,
    @Param('memberId') memberId: string,
    @IfMatch() ifMatch: string | undefined,
  ): Promise<void> {
    return this.members.remove(caller, id, groupId, memberId, ifMatch);
  }
}
