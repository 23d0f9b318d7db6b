import { type DynamicModule, Module } from '@nestjs/common';
import { BatchModule } from './batch/batch.module.js';
import { ConfigurationModule } from './config/configuration.module.js';
import type { Configuration } from './config/configuration.js';
import { ConnectionsModule } from './connections/connections.module.js';
import { ConnectionScopeModule } from './connections/scope/connection-scope.module.js';
import { DatabaseModule } from './database/database.module.js';
import { CHILD_TABLES, ENTITIES } from './entities.js';
import { GraphModule } from './graph/graph.module.js';
import { GroupsModule } from './groups/groups.module.js';
import { HealthModule } from './health/health.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { ItemsModule } from './items/items.module.js';
import { MetadataModule } from './metadata/metadata.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { RetrievalModule } from './retrieval/retrieval.module.js';
import { SearchModule } from './search/search.module.js';
import { ThrottlingModule } from './throttling/throttling.module.js';
import { SchemaModule } from './schema/schema.module.js';

/** The whole service at a glance. */
@Module({})
export class AppModule {
  static async with(configuration: Configuration): Promise<DynamicModule> {
    return {
      module: AppModule,
      imports: [
        ConfigurationModule.with(configuration),
        GraphModule,
        DatabaseModule.with(configuration, ENTITIES),
        await IdentityModule.with(configuration),
        // Its guard runs after that of identity.
        ThrottlingModule.with(configuration),
        ConnectionScopeModule.with(CHILD_TABLES),
        ConnectionsModule,
        OperationsModule,
        SchemaModule,
        ItemsModule,
        GroupsModule,
        SearchModule,
        RetrievalModule,
        BatchModule,
        MetadataModule,
        HealthModule,
        MetricsModule.with(configuration),
      ],
    };
  }
}
