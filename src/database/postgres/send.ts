import type { Pool, PoolClient, QueryArrayConfig, QueryArrayResult, QueryConfig, QueryResult } from 'pg';
import { ConnectionIsNotSetError, type EntityManager, QueryRunnerAlreadyReleasedError } from 'typeorm';

/** What clients ask for varies, and each connection keeps what it has prepared: the statements after so many have no name. */
const MOST_NAMED = 300;

const names = new Map<string, string>();

function nameOf(sql: string): string | undefined {
  let name = names.get(sql);
  if (name === undefined && names.size < MOST_NAMED) names.set(sql, (name = `statement_${names.size + 1}`));
  return name;
}

/** The unit of work's connection, or any of the pool's. */
async function connectionOf({ queryRunner, dataSource }: EntityManager): Promise<Pool | PoolClient> {
  if (queryRunner === undefined) {
    const { master } = dataSource.driver as unknown as { master?: Pool };
    if (master === undefined) throw new ConnectionIsNotSetError('postgres');
    return master;
  }
  if (queryRunner.isReleased) throw new QueryRunnerAlreadyReleasedError();
  return (await queryRunner.connect()) as PoolClient;
}

/**
 * Sends a statement by a name, so that each connection has PostgreSQL parse it once: that takes longer than most of them
 * take to run (docs/performance.md).
 */
export async function send(
  manager: EntityManager,
  text: string,
  values: readonly unknown[],
): Promise<QueryResult<Record<string, unknown>>> {
  const config: QueryConfig = { name: nameOf(text), text, values: [...values] };
  return (await connectionOf(manager)).query(config);
}

/** The same with each row as an array. */
export async function sendForArrays(
  manager: EntityManager,
  text: string,
  values: readonly unknown[],
): Promise<QueryArrayResult<unknown[]>> {
  const config: QueryArrayConfig = { name: nameOf(text), text, values: [...values], rowMode: 'array' };
  return (await connectionOf(manager)).query(config);
}
