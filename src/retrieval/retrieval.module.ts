import { Module } from '@nestjs/common';
import { ItemsModule } from '../items/items.module.js';
import { SearchModule } from '../search/search.module.js';
import { RetrievalController } from './retrieval.controller.js';
import { RetrievalService } from './retrieval.service.js';

/** The retrieval of passages for Copilot, for externalItem. */
@Module({
  imports: [SearchModule, ItemsModule],
  controllers: [RetrievalController],
  providers: [RetrievalService],
})
export class RetrievalModule {}
