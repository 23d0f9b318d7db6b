import { Module } from '@nestjs/common';
import { MemberRepository } from './member.repository.js';
import { GroupRepository } from './group.repository.js';
import { GroupsController } from './groups.controller.js';
import { GroupsService } from './groups.service.js';
import { MembersController } from './members.controller.js';
import { MembersService } from './members.service.js';

/** externalGroup and its members. */
@Module({
  controllers: [GroupsController, MembersController],
  providers: [GroupsService, MembersService, GroupRepository, MemberRepository],
  exports: [GroupsService],
})
export class GroupsModule {}
