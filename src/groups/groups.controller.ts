import { Delete, Get, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { GraphBody } from '../graph/http/body.js';
import { GraphQuery } from '../graph/http/parameters.js';
import { type QueryOptions } from '../graph/odata/query/options.js';
import { countOptions, entityOptions, listOptions } from '../graph/odata/query/query-string.js';
import { ITEM_READERS, ITEM_WRITERS } from '../identity/permissions/permissions.js';
import { created, entity, noContent, page } from '../routes/answers.js';
import { type Call, CurrentCall } from '../routes/call.js';
import { GraphController } from '../routes/graph-controller.js';
import { CountOperation, Operation } from '../routes/operation.js';
import {
  CreateGroupDto,
  ExternalGroupCollectionDto,
  ExternalGroupDto,
  UpdateGroupDto,
} from './dto/external-group.dto.js';
import { GROUP_QUERY } from './group-query.js';
import {
  CREATE_GROUP_EXAMPLES,
  GROUP_EXAMPLE,
  GROUPS_EXAMPLE,
  UPDATE_GROUP_EXAMPLES,
} from './groups.examples.js';
import { GroupsService } from './groups.service.js';

const COLLECTION = "external/connections('{id}')/groups";

const READ = { permissions: ITEM_READERS, limit: 'groupAdministration' } as const;
const WRITE = { permissions: ITEM_WRITERS, limit: 'groupAdministration' } as const;

@ApiTags('externalGroup')
@GraphController('external/connections/:id/groups')
export class GroupsController {
  constructor(private readonly groups: GroupsService) {}

  @Post()
  @Operation({
    ...WRITE,
    summary: 'Create externalGroup',
    description: 'Create a group of the external system.',
    body: CreateGroupDto,
    examples: CREATE_GROUP_EXAMPLES,
    answer: created(COLLECTION, ExternalGroupDto, 'The new group.', GROUP_EXAMPLE),
    errors: [409],
  })
  create(
    @CurrentCall() { caller }: Call,
    @Param('id') id: string,
    @GraphBody() body: CreateGroupDto,
  ): Promise<ExternalGroupDto> {
    return this.groups.create(caller, id, body);
  }

  @Get()
  @Operation({
    ...READ,
    summary: 'List externalGroups',
    description: 'The groups of a connection. Not documented by Microsoft: for debugging a connector.',
    query: [GROUP_QUERY, listOptions({ expand: true })],
    answer: page(
      COLLECTION,
      ExternalGroupDto,
      ExternalGroupCollectionDto,
      'The groups, by id.',
      GROUPS_EXAMPLE,
    ),
  })
  list(
    @CurrentCall() call: Call,
    @Param('id') id: string,
    @GraphQuery() query: QueryOptions,
  ): ReturnType<GroupsService['list']> {
    return this.groups.list(call, id, query);
  }

  @Get('$count')
  @CountOperation({ ...READ, of: 'externalGroups', query: [GROUP_QUERY, countOptions()] })
  async count(
    @CurrentCall() { caller }: Call,
    @Param('id') id: string,
    @GraphQuery() query: QueryOptions,
  ): Promise<string> {
    return String(await this.groups.count(caller, id, query));
  }

  @Get(':groupId')
  @Operation({
    ...READ,
    summary: 'Get externalGroup',
    description: 'Read one group, without its members.',
    query: [GROUP_QUERY, entityOptions({ expand: true })],
    answer: entity(COLLECTION, ExternalGroupDto, 'The group.', GROUP_EXAMPLE),
  })
  get(
    @CurrentCall() call: Call,
    @Param('id') id: string,
    @Param('groupId') groupId: string,
    @GraphQuery() query: QueryOptions,
  ): ReturnType<GroupsService['get']> {
    return this.groups.get(call, id, groupId, query);
  }

  @Patch(':groupId')
  @Operation({
    ...WRITE,
    summary: 'Update externalGroup',
    description: 'Changes the properties that the body names.',
    ifMatch: true,
    body: UpdateGroupDto,
    examples: UPDATE_GROUP_EXAMPLES,
    answer: noContent('The group is changed.'),
  })
  update(
    @CurrentCall() call: Call,
    @Param('id') id: string,
    @Param('groupId') groupId: string,
    @GraphBody() body: UpdateGroupDto,
  ): Promise<void> {
    return this.groups.update(call, id, groupId, body);
  }

  @Delete(':groupId')
  @Operation({
    ...WRITE,
    summary: 'Delete externalGroup',
    description: 'Deletes the group and its members.',
    ifMatch: true,
    answer: noContent('The group is gone.'),
  })
  delete(
    @CurrentCall() call: Call,
    @Param('id') id: string,
    @Param('groupId') groupId: string,
  ): Promise<void> {
    return this.groups.delete(call, id, groupId);
  }
}
