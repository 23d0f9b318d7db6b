import type { DataSource } from 'typeorm';
import type { DatabaseConfiguration } from '../config/configuration.js';
import type { Entities } from './entity-list.js';
import { postgresDataSource } from './postgres/postgres-data-source.js';
import { sqliteDataSource } from './sqlite/sqlite-data-source.js';

/** How TypeORM reaches the database, not yet connected; the server, the tests and TypeORM's command line all ask here. */
export const dataSource = (database: DatabaseConfiguration, entities: Entities): DataSource =>
  database.type === 'postgres'
    ? postgresDataSource(database, entities)
    : sqliteDataSource(database, entities);
