import type { DataSource, EntityTarget, ObjectLiteral } from 'typeorm';
import type { DatabaseConfiguration } from '../config/configuration.js';
import { postgresDataSource } from './postgres/postgres-data-source.js';
import { sqliteDataSource } from './sqlite/sqlite-data-source.js';

export type Entities = readonly EntityTarget<ObjectLiteral>[];

/** How TypeORM reaches the database, not yet connected; the server, the tests and TypeORM's command line all ask here. */
export const dataSource = (database: DatabaseConfiguration, entities: Entities): DataSource =>
  database.type === 'postgres'
    ? postgresDataSource(database, entities)
    : sqliteDataSource(database, entities);
