import { Module } from '@nestjs/common';
import { OperationRepository } from './operation.repository.js';
import { OperationsController } from './operations.controller.js';
import { OperationsService } from './operations.service.js';

/** connectionOperation. */
@Module({
  controllers: [OperationsController],
  providers: [OperationsService, OperationRepository],
  exports: [OperationsService],
})
export class OperationsModule {}
