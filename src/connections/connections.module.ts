import { Module } from '@nestjs/common';
import { ConnectionAccess } from './connection-access.js';
import { ConnectionRepository } from './connection.repository.js';
import { QUOTA_READERS } from '../identity/permissions/permissions.js';
import { ConnectionQuotaController } from './connection-quota.controller.js';
import { ConnectionsController } from './connections.controller.js';
import { ConnectionsService } from './connections.service.js';
import { ExternalController } from './external.controller.js';
import { Expansions } from './expansions.js';
import { ConnectionChildren } from './removal/connection-children.js';
import { ConnectionRemover } from './removal/connection-remover.js';
import { ResultLayouts } from './result-layouts/result-layouts.js';

/** externalConnection. */
@Module({
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
    expansions.add('quota', QUOTA_READERS, ({ caller }, id) => connections.quota(caller, id));
  }
}
