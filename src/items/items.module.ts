import { Module } from '@nestjs/common';
import { SchemaModule } from '../schema/schema.module.js';
import { SearchOutboxModule } from '../search/index/search-outbox.module.js';
import { AclWarnings } from './acl-warnings.js';
import { ActivitiesController } from './activities/activities.controller.js';
import { ActivitiesService } from './activities/activities.service.js';
import { ItemRepository } from './item.repository.js';
import { ItemsController } from './items.controller.js';
import { ItemsService } from './items.service.js';

/** externalItem. */
@Module({
  imports: [SchemaModule, SearchOutboxModule],
  controllers: [ItemsController, ActivitiesController],
  providers: [AclWarnings, ItemsService, ActivitiesService, ItemRepository],
  exports: [ItemsService],
})
export class ItemsModule {}
