import { Delete, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { GraphBody } from '../graph/http/body.js';
import { GraphQuery } from '../graph/http/parameters.js';
import { type QueryOptions } from '../graph/odata/query/options.js';
import { type Page } from '../graph/odata/query/page.js';
import { countOptions, entityOptions, listOptions } from '../graph/odata/query/query-string.js';
import { ITEM_READERS, ITEM_WRITERS } from '../identity/permissions/permissions.js';
import { created, entity, noContent, page } from '../routes/answers.js';
import { type Call, CurrentCall } from '../routes/call.js';
import { GraphController } from '../routes/graph-controller.js';
import { CountOperation, Operation } from '../routes/operation.js';
import { CreateIdentityDto, IdentityCollectionDto, IdentityDto } from './dto/identity.dto.js';
import { memberQuery } from './group-query.js';
import { ADD_MEMBER_EXAMPLES, MEMBER_EXAMPLE, MEMBERS_EXAMPLE } from './groups.examples.js';
import { MembersService } from './members.service.js';

const COLLECTION = "external/connections('{id}')/groups('{groupId}')/members";

const READ = { permissions: ITEM_READERS, limit: 'groupAdministration' } as const;
const WRITE = { permissions: ITEM_WRITERS, limit: 'groupAdministration' } as const;

@ApiTags('externalGroup')
@GraphController('external/connections/:id/groups/:groupId/members')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Post()
  @Operation({
    ...WRITE,
    summary: 'Create identity',
    description: 'Add a user, a group of the directory, or another external group to a group.',
    body: CreateIdentityDto,
    examples: ADD_MEMBER_EXAMPLES,
    answer: created(COLLECTION, IdentityDto, 'The new member.', MEMBER_EXAMPLE),
    errors: [409],
  })
  add(
    @CurrentCall() call: Call,
    @Param('id') id: string,
    @Param('groupId') groupId: string,
    @GraphBody() body: CreateIdentityDto,
  ): Promise<IdentityDto> {
    return this.members.add(call, id, groupId, body);
  }

  @Get()
  @Operation({
    ...READ,
    summary: 'List members',
    description: 'The members of a group. Not documented by Microsoft: for debugging a connector.',
    query: [memberQuery, listOptions()],
    answer: page(COLLECTION, IdentityDto, IdentityCollectionDto, 'The members, by id.', MEMBERS_EXAMPLE),
  })
  list(
    @CurrentCall() call: Call,
    @Param('id') id: string,
    @Param('groupId') groupId: string,
    @GraphQuery() query: QueryOptions,
  ): Promise<Page<IdentityDto>> {
    return this.members.list(call, id, groupId, query);
  }

  @Get('$count')
  @CountOperation({ ...READ, of: 'members', query: [memberQuery, countOptions()] })
  async count(
    @CurrentCall() call: Call,
    @Param('id') id: string,
    @Param('groupId') groupId: string,
    @GraphQuery() query: QueryOptions,
  ): Promise<string> {
    return String(await this.members.count(call, id, groupId, query));
  }

  @Get(':memberId')
  @Operation({
    ...READ,
    summary: 'Get identity',
    description: 'One member of a group. Not documented by Microsoft: for debugging a connector.',
    query: [memberQuery, entityOptions()],
    answer: entity(COLLECTION, IdentityDto, 'The member.', MEMBER_EXAMPLE),
  })
  get(
    @CurrentCall() call: Call,
    @Param('id') id: string,
    @Param('groupId') groupId: string,
    @Param('memberId') memberId: string,
    @GraphQuery() _query: QueryOptions,
  ): Promise<IdentityDto> {
    return this.members.get(call, id, groupId, memberId);
  }

  @Delete(':memberId')
  @Operation({
    ...WRITE,
    summary: 'Delete identity',
    description: 'Removes a member from a group.',
    ifMatch: true,
    answer: noContent('It is no member any more.'),
  })
  remove(
    @CurrentCall() call: Call,
    @Param('id') id: string,
    @Param('groupId') groupId: string,
    @Param('memberId') memberId: string,
  ): Promise<void> {
    return this.members.remove(call, id, groupId, memberId);
  }
}
