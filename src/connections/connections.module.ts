import { Module } from '@nestjs/common';
import { ConnectionRepository } from './connection.repository.js';
import { ConnectionQuotaController } from './connection-quota.controller.js';
import { ConnectionsController } from './connections.controller.js';
import { ConnectionsService } from './connections.service.js';
import { ConnectionRemover } from './removal/connection-remover.js';
import { ResultLayouts } from './result-layouts/result-layouts.js';
import { UrlPatterns } from './url-patterns/url-patterns.js';

/** externalConnection. */
@Module({
  controllers: [ConnectionsController, ConnectionQuotaController],
  providers: [ConnectionsService, ConnectionRepository, ConnectionRemover, ResultLayouts, UrlPatterns],
})
export class ConnectionsModule {}
