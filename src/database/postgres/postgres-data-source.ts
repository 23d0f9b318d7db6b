import { Logger } from '@nestjs/common';
import type { PoolConfig } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresConfiguration } from '../../config/configuration.js';
import { type Entities, MIGRATIONS } from '../migrations.js';
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

/**
 * A data source for PostgreSQL, not yet connected.
 * @param connecting options of the pool beside those below
 * @param driver replaces the module `pg`
 */
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
    // pg parses the address, including its TLS options; TypeORM would parse it differently.
    extra: { connectionString: url, keepAlive: true, ...connecting },
    // Called for each idle connection that is lost. The heartbeat reports the loss of the database, once.
    poolErrorHandler: (error: Error) => log.log(`A connection was lost: ${error.message}`),
    installExtensions: false,
    logger: new NoLog(),
    entities: [...entities],
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'each',
  });
}
