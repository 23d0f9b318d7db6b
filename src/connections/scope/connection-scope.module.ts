import { type DynamicModule, Global, Module } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { Clock } from '../../graph/clock.js';
import { Outage } from '../../graph/errors/outage.js';
import { SearchOutboxModule } from '../../search/index/search-outbox.module.js';
import { ConnectionRepository } from '../connection.repository.js';
import { ConnectionAccess } from './connection-access.js';
import { type ChildTable, ConnectionRemover } from './connection-remover.js';

/** Provides what features below a connection may use of it. */
@Global()
@Module({})
export class ConnectionScopeModule {
  /** @param tables all whose rows are deleted with their connection or group */
  static with(tables: readonly ChildTable[]): DynamicModule {
    return {
      module: ConnectionScopeModule,
      imports: [SearchOutboxModule],
      providers: [
        ConnectionRepository,
        ConnectionAccess,
        {
          provide: ConnectionRemover,
          inject: [Database, Clock, Outage],
          useFactory: (database: Database, clock: Clock, outage: Outage) =>
            new ConnectionRemover(database, clock, outage, tables),
        },
      ],
      exports: [ConnectionRepository, ConnectionAccess, ConnectionRemover],
    };
  }
}
