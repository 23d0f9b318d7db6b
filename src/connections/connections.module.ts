import { Module } from '@nestjs/common';
import { ConnectionAccess } from './connection-access.js';
import { ConnectionRepository } from './connection.repository.js';
import { ConnectionQuotaController, READ_QUOTA } from './connection-quota.controller.js';
import { ConnectionsController } from './connections.controller.js';
import { ConnectionsService } from './connections.service.js';
import { ExternalController } from './external.controller.js';
import { Expansions } from './expansions.js';
import { ConnectionChildren } from './removal/connection-children.js';
import { ConnectionRemover } from './removal/connection-remover.js';
import { ResultLayouts } from './result-layouts/result-layouts.js';
import { SearchOutboxModule } from '../search/index/search-outbox.module.js';

/** externalConnection. */
@Module({
  imports: [SearchOutboxModule],
  controllers: [ExternalController, ConnectionsController, ConnectionQuotaController],
  providers: [
    ConnectionsService,
    ConnectionAccess,
    ConnectionRepository,
    ConnectionChildren,
    ConnectionRemover,
    Expansions,
    ResultLayouts,
  ],
  exports: [ConnectionAccess, ConnectionChildren, ConnectionRemover, Expansions, ConnectionsService],
})
export class ConnectionsModule {
  constructor(expansions: Expansions, connections: ConnectionsService) {
    expansions.add('quota', READ_QUOTA, (caller, id) => connections.quota(caller, id));
  }
}
