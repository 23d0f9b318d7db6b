import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { Expansions } from '../connections/expansions.js';
import { ConnectionChildren } from '../connections/removal/connection-children.js';
import { CONNECTION_READERS } from '../identity/permissions/permissions.js';
import { OperationsModule } from '../operations/operations.module.js';
import { SchemaController } from './schema.controller.js';
import { SchemaEntity } from './schema.entity.js';
import { SchemaRepository } from './schema.repository.js';
import { SchemaService } from './schema.service.js';

/** schema. */
@Module({
  imports: [ConnectionsModule, OperationsModule],
  controllers: [SchemaController],
  providers: [SchemaService, SchemaRepository],
  exports: [SchemaService],
})
export class SchemaModule {
  constructor(children: ConnectionChildren, expansions: Expansions, schemas: SchemaService) {
    children.add({ entity: SchemaEntity, keys: ['schemaId'] });
    expansions.add('schema', CONNECTION_READERS, (call, id) => schemas.find(call, id));
  }
}
