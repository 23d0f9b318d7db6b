import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Configuration } from '../config/configuration.js';
import type { Entities } from './entity-list.js';
import { Database } from './database.js';
import { databaseOn, openDatabase } from './open-database.js';

/** Opens the database, brings it to the newest migration, and closes it when the last request is answered. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  /** @throws {ConfigurationError} where the database cannot be had */
  static with({ database }: Configuration, entities: Entities): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () =>
            ({
              type: database.type === 'postgres' ? 'postgres' : 'better-sqlite3',
              retryAttempts: 0,
            }) as never,
          dataSourceFactory: () => openDatabase(database, entities),
        }),
      ],
      providers: [
        {
          provide: Database,
          inject: [DataSource],
          useFactory: (source: DataSource) => databaseOn(source, database, entities),
        },
      ],
      exports: [Database],
    };
  }

  onApplicationShutdown(): Promise<void> {
    return this.database.close();
  }
}
