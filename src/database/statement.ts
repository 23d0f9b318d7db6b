import type { Statement } from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import { ConnectionIsNotSetError, type EntityManager } from 'typeorm';
import { type Origin, send, sendForArrays } from './postgres/send.js';

/** Rows as arrays, since a driver takes longer to name each value than to find it (docs/performance.md). */
export interface Rows {
  readonly names: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

interface Connection {
  prepare(sql: string): Statement<unknown[], unknown[]>;
}

interface Prepared {
  readonly statement: Statement<unknown[], unknown[]>;
  readonly names: readonly string[];
}

/** Queries differ by what clients ask for, so only so many statements are kept. */
const MOST_PREPARED = 300;

/** Of statements on PostgreSQL. */
const NAMES = new LRUCache<string, readonly string[]>({ max: MOST_PREPARED });

const PREPARED = new WeakMap<Connection, LRUCache<string, Prepared>>();

/** The connection of TypeORM's better-sqlite3 driver, which has but one; undefined on PostgreSQL. */
function connectionOf({ dataSource: { options, driver } }: EntityManager): Connection | undefined {
  if (options.type !== 'better-sqlite3') return undefined;
  const { databaseConnection } = driver as unknown as { databaseConnection?: Connection };
  if (databaseConnection === undefined) throw new ConnectionIsNotSetError('better-sqlite3');
  return databaseConnection;
}

function prepared(connection: Connection, sql: string): Prepared {
  let known = PREPARED.get(connection);
  if (known === undefined)
    PREPARED.set(connection, (known = new LRUCache<string, Prepared>({ max: MOST_PREPARED })));
  let found = known.get(sql);
  if (found === undefined) {
    const statement = connection.prepare(sql);
    found = statement.reader
      ? { names: statement.columns().map(({ name }) => name), statement: statement.raw() }
      : { names: [], statement };
    known.set(sql, found);
  }
  return found;
}

/** better-sqlite3 cannot bind booleans. */
const bound = (parameters: readonly unknown[]): unknown[] =>
  parameters.map((value) => (typeof value === 'boolean' ? Number(value) : value));

/**
 * Reads rows by a statement that requests send, on the connection of the given manager. It goes to the driver at once:
 * TypeORM's runner would pass it through events and promises that take several times as long as the statement does, and
 * would have it parsed each time (docs/performance.md).
 */
export async function select(
  manager: EntityManager,
  sql: string,
  parameters: readonly unknown[],
  origin: Origin = 'program',
): Promise<Rows> {
  const connection = connectionOf(manager);
  if (connection === undefined) {
    const { rows, fields } = await sendForArrays(manager, sql, parameters, origin);
    let names = NAMES.get(sql);
    if (names === undefined) NAMES.set(sql, (names = fields.map(({ name }) => name)));
    return { rows, names };
  }
  const { statement, names } = prepared(connection, sql);
  return { rows: statement.all(...bound(parameters)), names };
}

/** Runs any other statement in the same way, and tells how many rows it touched. */
export async function change(
  manager: EntityManager,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<number> {
  const connection = connectionOf(manager);
  if (connection === undefined) return (await send(manager, sql, parameters)).rowCount ?? 0;
  return prepared(connection, sql).statement.run(...bound(parameters)).changes;
}
