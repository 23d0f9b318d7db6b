import { Logger } from '@nestjs/common';
import type { PoolConfig } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresConfiguration } from '../../config/configuration.js';
import type { Entities } from '../entity-list.js';
import { MIGRATIONS } from '../migrations.js';
import { NoLog } from '../run-migrations.js';
import { describeByteOrder } from './byte-order.js';

/** How long a request waits for a connection while the database answers. */
const CONNECTION_TIMEOUT_MS = 4_000;

const log = new Logger('PostgreSQL');

class PostgresDataSource extends DataSource {
  protected override async buildMetadatas(): Promise<void> {
    await super.buildMetadatas();
    describeByteOrder(this);
  }
}

/** @param connecting what differs from a plain pool */
export function postgresDataSource(
  { url, pool }: PostgresConfiguration,
  entities: Entities,
  connecting: PoolConfig = {},
  driver?: object,
): DataSource {
  return new PostgresDataSource({
    type: 'postgres',
    driver,
    poolSize: pool,
    connectTimeoutMS: CONNECTION_TIMEOUT_MS,
    applicationName: 'graph-connections',
    // The address is pg's to read, its TLS options included; TypeORM reads another one out of it.
    extra: { connectionString: url, keepAlive: true, ...connecting },
    // Of each connection that nobody uses; whether the database is away is told once, by whoever asks it.
    poolErrorHandler: (error: Error) => log.log(`A connection was lost: ${error.message}`),
    installExtensions: false,
    logger: new NoLog(),
    entities: [...entities] as never,
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'each',
  });
}
