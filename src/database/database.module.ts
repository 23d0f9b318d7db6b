import { type DynamicModule, Global, Inject, Module, type OnApplicationShutdown } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { ConfigurationError } from '../config/configuration-error.js';
import type { Configuration, DatabaseConfiguration } from '../config/configuration.js';
import { dataSourceOptions, type Entities } from './data-source-options.js';
import { Database } from './database.js';

const READER = Symbol('reader');

/** The database, open and migrated. @throws {ConfigurationError} where the file is none that SQLite can use */
async function opened(options: DataSourceOptions, database: DatabaseConfiguration): Promise<DataSource> {
  try {
    return await new DataSource(options).initialize();
  } catch (error) {
    const { code = '', message } = error as { code?: string; message: string };
    const driverCode = (error as { driverError?: { code?: string } }).driverError?.code ?? code;
    if (!/^SQLITE_(CANTOPEN|NOTADB|CORRUPT|READONLY|PERM|AUTH|IOERR)/.test(driverCode)) throw error;
    const place = database.type === 'sqlite' ? database.path : 'the database';
    throw new ConfigurationError([
      `${place} cannot be opened as a SQLite database (DATABASE_URL, DATA_DIR): ${message}`,
    ]);
  }
}

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
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({ ...options, retryAttempts: 0 }),
          dataSourceFactory: () => opened(options, database),
        }),
      ],
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
