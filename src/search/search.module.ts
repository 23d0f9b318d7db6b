import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { ItemsModule } from '../items/items.module.js';
import { SchemaModule } from '../schema/schema.module.js';
import { SearchIndexModule } from './index/search-index.module.js';
import { SearchController } from './search.controller.js';
import { SearchService } from './search.service.js';
import { SearchedConnections } from './searched-connections.js';
import { TrimmingModule } from './trimming/trimming.module.js';

/** Search for externalItem. */
@Module({
  imports: [ConnectionsModule, SchemaModule, ItemsModule, SearchIndexModule, TrimmingModule],
  controllers: [SearchController],
  providers: [SearchService, SearchedConnections],
  exports: [SearchedConnections, SearchIndexModule],
})
export class SearchModule {}
