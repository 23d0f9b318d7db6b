import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { Expansions } from '../connections/expansions.js';
import { ConnectionChildren } from '../connections/removal/connection-children.js';
import { firstPage } from '../graph/odata/query/options.js';
import { ITEM_READERS } from '../identity/permissions/permissions.js';
import { MemberRepository, MEMBERS_OF_GROUP } from './member.repository.js';
import { GROUP_QUERY } from './group-query.js';
import { GroupEntity } from './group.entity.js';
import { GroupRepository } from './group.repository.js';
import { GroupsController } from './groups.controller.js';
import { GroupsService } from './groups.service.js';
import { MemberEntity } from './member.entity.js';
import { MembersController } from './members.controller.js';
import { MembersService } from './members.service.js';

/** externalGroup and its members. */
@Module({
  imports: [ConnectionsModule],
  controllers: [GroupsController, MembersController],
  providers: [GroupsService, MembersService, GroupRepository, MemberRepository],
})
export class GroupsModule {
  constructor(children: ConnectionChildren, expansions: Expansions, groups: GroupsService) {
    children.add(
      { entity: GroupEntity, keys: ['id'] },
      { entity: MemberEntity, keys: ['groupKey', 'normalizedId'] },
      MEMBERS_OF_GROUP,
    );
    expansions.add('groups', ITEM_READERS, (call, id) => groups.list(call, id, firstPage(GROUP_QUERY)));
  }
}
