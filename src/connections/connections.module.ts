import { Module } from '@nestjs/common';
import { GroupsModule } from '../groups/groups.module.js';
import { ItemsModule } from '../items/items.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { SchemaModule } from '../schema/schema.module.js';
import { ConnectionQuotaController } from './connection-quota.controller.js';
import { ConnectionsController } from './connections.controller.js';
import { ConnectionsService } from './connections.service.js';
import { Expansions } from './expansions.js';
import { ExternalController } from './external.controller.js';
import { ResultLayouts } from './result-layouts/result-layouts.js';

/** externalConnection. It knows the features below it for `$expand`; they know `connections/scope/`. */
@Module({
  imports: [OperationsModule, SchemaModule, ItemsModule, GroupsModule],
  controllers: [ExternalController, ConnectionsController, ConnectionQuotaController],
  providers: [ConnectionsService, Expansions, ResultLayouts],
})
export class ConnectionsModule {}
