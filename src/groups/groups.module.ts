import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { Expansions } from '../connections/expansions.js';
import { ConnectionChildren } from '../connections/removal/connection-children.js';
import { firstPage } from '../graph/odata/query/options.js';
import { MEMBERS_OF_GROUP } from './group-children.js';
import { GROUP_QUERY } from './group-query.js';
import { GroupEntity } from './group.entity.js';
import { GroupRepository } from './group.repository.js';
import { GroupsController } from './groups.controller.js';
import { READ_GROUPS } from './groups.permissions.js';
import { GroupsService } from './groups.service.js';
import { MemberEntity } from './member.entity.js';
import { MemberRepository } from './member.repository.js';
import { MembersController } from './members.controller.js';
import { MembersService } from './members.service.js';
import { Memberships } from './memberships.js';

/** externalGroup and its members. */
@Module({
  imports: [ConnectionsModule],
  controllers: [GroupsController, MembersController],
  providers: [GroupsService, MembersService, Memberships, GroupRepository, MemberRepository],
  exports: [Memberships],
})
export class GroupsModule {
  constructor(children: ConnectionChildren, expansions: Expansions, groups: GroupsService) {
    children.add(
      { entity: GroupEntity, keys: ['id'] },
      { entity: MemberEntity, keys: ['groupKey', 'normalizedId'] },
      MEMBERS_OF_GROUP,
    );
    expansions.add('groups', READ_GROUPS, (caller, id, version) =>
      groups.list(caller, id, version, firstPage(GROUP_QUERY)),
    );
  }
}
