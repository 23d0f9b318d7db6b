import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { Expansions } from '../connections/expansions.js';
import { ConnectionChildren } from '../connections/removal/connection-children.js';
import { firstPage } from '../graph/odata/query/options.js';
import { CONNECTION_READERS } from '../identity/permissions/permissions.js';
import { OPERATION_QUERY } from './operation-query.js';
import { OperationEntity } from './operation.entity.js';
import { OperationRepository } from './operation.repository.js';
import { OperationsController } from './operations.controller.js';
import { OperationsService } from './operations.service.js';

/** connectionOperation. */
@Module({
  imports: [ConnectionsModule],
  controllers: [OperationsController],
  providers: [OperationsService, OperationRepository],
  exports: [OperationsService],
})
export class OperationsModule {
  constructor(children: ConnectionChildren, expansions: Expansions, operations: OperationsService) {
    children.add({ entity: OperationEntity, keys: ['id'] });
    expansions.add('operations', CONNECTION_READERS, ({ caller }, id) =>
      operations.list(caller, id, firstPage(OPERATION_QUERY)),
    );
  }
}
