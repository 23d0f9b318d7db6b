import { type DynamicModule, Global, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Configuration } from '../config/configuration.js';
import { Database } from './database.js';
import type { Entities } from './migrations.js';
import { databaseOn, openDatabase } from './open.js';

/** Opens the database, runs the missing migrations, and closes the database after the last request is answered. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  /** @throws {ConfigurationError} if the database cannot be reached or used */
  static with({ database }: Configuration, entities: Entities): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({ retryAttempts: 0 }),
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
