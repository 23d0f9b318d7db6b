import { Module } from '@nestjs/common';
import { MemberRepository } from './member.repository.js';
import { GroupRepository } from './group.repository.js';
import { GroupsController } from './groups.controller.js';
import { GroupsService } from './groups.service.js';
import { MembersController } from './members.controller.js';
import { MembersService } from './members.service.js';
import { Memberships } from './memberships.js';

/** externalGroup and its members. */
@Module({
  controllers: [GroupsController, MembersController],
  providers: [GroupsService, MembersService, Memberships, GroupRepository, MemberRepository],
  exports: [GroupsService, Memberships],
})
export class GroupsModule {}
