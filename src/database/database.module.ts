import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { Configuration } from '../config/configuration.js';
import { dataSourceOptions, type Entities } from './data-source-options.js';
import { Database } from './database.js';

const READER = Symbol('reader');

/** Opens the database, brings it to the newest migration, and closes it when the last request is answered. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(READER) private readonly reader: DataSource) {}

  /** @throws {ConfigurationError} where the database cannot be had */
  static with({ database }: Configuration, entities: Entities): DynamicModule {
    const options = dataSourceOptions(database, entities);
    return {
      module: DatabaseModule,
      imports: [TypeOrmModule.forRoot({ ...options, retryAttempts: 0 })],
      providers: [
        {
          provide: READER,
          inject: [DataSource],
          // Asked for after the writer, whose migrations make the tables.
          useFactory: () => new DataSource({ ...options, migrationsRun: false }).initialize(),
        },
        {
          provide: Database,
          inject: [DataSource, READER],
          useFactory: (writer: DataSource, reader: DataSource) => new Database(writer, reader),
        },
      ],
      exports: [Database],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.reader.isInitialized) await this.reader.destroy();
  }
}
