import type { Pool, PoolClient, QueryArrayConfig, QueryArrayResult, QueryConfig, QueryResult } from 'pg';
import { ConnectionIsNotSetError, type EntityManager, QueryRunnerAlreadyReleasedError } from 'typeorm';
import { poolOf } from '../typeorm-internals.js';

/**
 * Whether the program contains the SQL, or builds it from a client's query, in more forms than can be kept; or whether the best
 * plan depends on the values and on how full the tables are, so that it is planned each time.
 */
export type Origin = 'program' | 'client' | 'planned';

/** A connection keeps what it has prepared for ever, so only this many of the clients' statements have a name. */
const MOST_OF_CLIENTS = 200;

/** A statement as PostgreSQL gets it. Without a name, it is parsed each time. */
interface Named {
  readonly text: string;
  readonly name?: string;
}

const statements: Record<Exclude<Origin, 'planned'>, Map<string, Named>> = {
  program: new Map(),
  client: new Map(),
};

/** The program's `?` as PostgreSQL's `$1`, `$2`, … */
function numbered(sql: string): string {
  let count = 0;
  return sql.replaceAll('?', () => `$${++count}`);
}

function named(sql: string, origin: Origin): Named {
  if (origin === 'planned') return { text: sql };
  const known = statements[origin];
  let statement = known.get(sql);
  if (statement === undefined) {
    if (origin === 'client' && known.size >= MOST_OF_CLIENTS) return { text: sql };
    const text = origin === 'program' ? numbered(sql) : sql;
    known.set(sql, (statement = { text, name: `${origin}_${known.size + 1}` }));
  }
  return statement;
}

/** The connection of the unit of work, or the pool. */
async function connectionOf({ queryRunner, dataSource }: EntityManager): Promise<Pool | PoolClient> {
  if (queryRunner === undefined) {
    const pool = poolOf(dataSource);
    if (pool === undefined) throw new ConnectionIsNotSetError('postgres');
    return pool;
  }
  if (queryRunner.isReleased) throw new QueryRunnerAlreadyReleasedError();
  return (await queryRunner.connect()) as PoolClient;
}

/**
 * Sends a statement of the program by a name, so that each connection has PostgreSQL parse it once: for most statements,
 * that takes longer than running them (docs/performance.md).
 */
export async function send(
  manager: EntityManager,
  sql: string,
  values: readonly unknown[],
): Promise<QueryResult<Record<string, unknown>>> {
  const config: QueryConfig = { ...named(sql, 'program'), values: [...values] };
  return (await connectionOf(manager)).query(config);
}

/** The same with each row as an array. */
export async function sendForArrays(
  manager: EntityManager,
  sql: string,
  values: readonly unknown[],
  origin: Origin,
): Promise<QueryArrayResult<unknown[]>> {
  const config: QueryArrayConfig = { ...named(sql, origin), values: [...values], rowMode: 'array' };
  return (await connectionOf(manager)).query(config);
}
