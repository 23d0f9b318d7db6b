import type { Pool, PoolClient, QueryArrayConfig, QueryArrayResult, QueryConfig, QueryResult } from 'pg';
import {
  ConnectionIsNotSetError,
  type DataSource,
  type EntityManager,
  QueryRunnerAlreadyReleasedError,
} from 'typeorm';

/**
 * Whether the program has the SQL, or makes it of what a client asks for, in more forms than can be kept; or whether the best
 * plan depends on the values and on how full the tables are, so that it is planned each time.
 */
export type Origin = 'program' | 'client' | 'planned';

/** Each connection keeps what it has prepared for ever: what clients ask for has a name so many times, and none afterwards. */
const MOST_OF_CLIENTS = 200;

const names: Record<Exclude<Origin, 'planned'>, Map<string, string>> = {
  program: new Map(),
  client: new Map(),
};

function nameOf(sql: string, origin: Origin): string | undefined {
  if (origin === 'planned') return undefined;
  const known = names[origin];
  let name = known.get(sql);
  if (name === undefined && (origin === 'program' || known.size < MOST_OF_CLIENTS))
    known.set(sql, (name = `${origin}_${known.size + 1}`));
  return name;
}

/** The pool of a data source; undefined on SQLite, and where it is closed. */
export const poolOf = ({ driver }: DataSource): Pool | undefined =>
  (driver as unknown as { master?: Pool }).master;

/** The unit of work's connection, or any of the pool's. */
async function connectionOf({ queryRunner, dataSource }: EntityManager): Promise<Pool | PoolClient> {
  if (queryRunner === undefined) {
    const master = poolOf(dataSource);
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
  const config: QueryConfig = { name: nameOf(text, 'program'), text, values: [...values] };
  return (await connectionOf(manager)).query(config);
}

/** The same with each row as an array. */
export async function sendForArrays(
  manager: EntityManager,
  text: string,
  values: readonly unknown[],
  origin: Origin,
): Promise<QueryArrayResult<unknown[]>> {
  const name = nameOf(text, origin);
  const config: QueryArrayConfig = { name, text, values: [...values], rowMode: 'array' };
  return (await connectionOf(manager)).query(config);
}
