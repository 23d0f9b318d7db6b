import { Module } from '@nestjs/common';
import { GroupsModule } from '../../groups/groups.module.js';
import { Trimming } from './trimming.js';

/** Who sees which items. */
@Module({
  imports: [GroupsModule],
  providers: [Trimming],
  exports: [Trimming],
})
export class TrimmingModule {}
