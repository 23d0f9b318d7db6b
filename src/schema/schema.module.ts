import { Module } from '@nestjs/common';
import { OperationsModule } from '../operations/operations.module.js';
import { SchemaController } from './schema.controller.js';
import { SchemaRepository } from './schema.repository.js';
import { SchemaService } from './schema.service.js';

/** schema. */
@Module({
  imports: [OperationsModule],
  controllers: [SchemaController],
  providers: [SchemaService, SchemaRepository],
  exports: [SchemaService],
})
export class SchemaModule {}
