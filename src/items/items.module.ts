import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { Expansions } from '../connections/expansions.js';
import { ConnectionChildren } from '../connections/removal/connection-children.js';
import { firstPage } from '../graph/odata/query/options.js';
import { SchemaModule } from '../schema/schema.module.js';
import { SearchOutboxModule } from '../search/index/search-outbox.module.js';
import { AclWarnings } from './acl-warnings.js';
import { ActivitiesController } from './activities/activities.controller.js';
import { ActivitiesService } from './activities/activities.service.js';
import { ActivityEntity } from './activities/activity.entity.js';
import { ITEM_QUERY } from './item-query.js';
import { ItemEntity } from './item.entity.js';
import { ItemRepository } from './item.repository.js';
import { ItemsController } from './items.controller.js';
import { READ_ITEMS } from './items.permissions.js';
import { ItemsService } from './items.service.js';

/** externalItem. */
@Module({
  imports: [ConnectionsModule, SchemaModule, SearchOutboxModule],
  controllers: [ItemsController, ActivitiesController],
  providers: [AclWarnings, ItemsService, ActivitiesService, ItemRepository],
  exports: [ItemsService],
})
export class ItemsModule {
  constructor(children: ConnectionChildren, expansions: Expansions, items: ItemsService) {
    children.add({ entity: ItemEntity, keys: ['id'] }, { entity: ActivityEntity, keys: ['itemId', 'id'] });
    expansions.add('items', READ_ITEMS, (caller, id, version) =>
      items.list(caller, id, version, firstPage(ITEM_QUERY)),
    );
  }
}
