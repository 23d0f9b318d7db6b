import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Configuration } from '../../config/configuration.js';
import { Database } from '../../database/database.js';
import { PostgresSearchIndex } from './postgres/postgres-search-index.js';
import { SearchIndex } from './search-index.js';
import { OutboxTrimmer } from './sqlite/outbox-trimmer.js';
import { SqliteSearchIndex } from './sqlite/sqlite-search-index.js';

/** Beside the database file. */
const indexPath = (database: string): string => `${database.replace(/\.db$/, '')}-search.db`;

/** The full-text index of this server. */
@Module({
  providers: [
    {
      provide: SearchIndex,
      inject: [Configuration, Database, DataSource],
      useFactory: (configuration: Configuration, database: Database, source: DataSource): SearchIndex =>
        configuration.database.type === 'postgres'
          ? new PostgresSearchIndex(database, source)
          : new SqliteSearchIndex(
              { database: configuration.database.path, index: indexPath(configuration.database.path) },
              new OutboxTrimmer(database),
            ),
    },
  ],
  exports: [SearchIndex],
})
export class SearchIndexModule {}
