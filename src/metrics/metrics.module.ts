import { type DynamicModule, Module } from '@nestjs/common';
import type { Configuration } from '../config/configuration.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { SearchIndexModule } from '../search/index/search-index.module.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.js';

/** Metrics for Prometheus, where they are switched on; otherwise nothing of them is on the way of a request. */
@Module({})
export class MetricsModule {
  static with({ metrics }: Configuration): DynamicModule {
    if (!metrics) return { module: MetricsModule };
    return {
      module: MetricsModule,
      imports: [ConnectionsModule, SearchIndexModule],
      controllers: [MetricsController],
      providers: [Metrics],
    };
  }
}
