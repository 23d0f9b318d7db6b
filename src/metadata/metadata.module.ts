import { Module } from '@nestjs/common';
import { MetadataController } from './metadata.controller.js';

/** The service model and the service document. */
@Module({ controllers: [MetadataController] })
export class MetadataModule {}
