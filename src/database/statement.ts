import type { Statement } from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import type { EntityManager } from 'typeorm';
import { type Origin, send, sendForArrays } from './postgres/send.js';
import { type SqliteConnection, sqliteConnectionOf } from './typeorm-internals.js';

/** Rows as arrays, since a driver takes longer to name each value than to find it (docs/performance.md). */
export interface Rows {
  readonly names: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

interface Prepared {
  readonly statement: Statement<unknown[], unknown[]>;
  readonly names: readonly string[];
}

/** Clients' queries vary without bound, so each cache is limited. */
const MOST_PREPARED = 300;

/** The names of the columns that a statement on PostgreSQL selects, by its SQL. */
const NAMES = new LRUCache<string, readonly string[]>({ max: MOST_PREPARED });

const PREPARED = new WeakMap<SqliteConnection, LRUCache<string, Prepared>>();

function prepared(connection: SqliteConnection, sql: string): Prepared {
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
 * Reads rows on the manager's connection, by a statement that requests send. The statement goes to the driver directly:
 * TypeORM's query runner takes several times as long as the statement, and prepares it each time (docs/performance.md).
 * @param sql of the program: with a `?` for each parameter, on both databases; of a client: as TypeORM built it
 */
export async function select(
  manager: EntityManager,
  sql: string,
  parameters: readonly unknown[],
  origin: Origin = 'program',
): Promise<Rows> {
  const connection = sqliteConnectionOf(manager.dataSource);
  if (connection === undefined) {
    const { rows, fields } = await sendForArrays(manager, sql, parameters, origin);
    let names = NAMES.get(sql);
    if (names === undefined) NAMES.set(sql, (names = fields.map(({ name }) => name)));
    return { rows, names };
  }
  const { statement, names } = prepared(connection, sql);
  return { rows: statement.all(...bound(parameters)), names };
}

/**
 * Runs any other statement in the same way.
 * @param sql with a `?` for each parameter, on both databases
 * @returns how many rows it changed
 */
export async function change(
  manager: EntityManager,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<number> {
  const connection = sqliteConnectionOf(manager.dataSource);
  if (connection === undefined) return (await send(manager, sql, parameters)).rowCount ?? 0;
  return prepared(connection, sql).statement.run(...bound(parameters)).changes;
}

const UNIQUE_VIOLATIONS = new Set(['SQLITE_CONSTRAINT_PRIMARYKEY', 'SQLITE_CONSTRAINT_UNIQUE', '23505']);

/** Whether a statement failed because such a row exists. The service that sent it knows what that means. */
export function isUniqueViolation(error: unknown): boolean {
  const { code, driverError } = error as { code?: string; driverError?: { code?: string } };
  return UNIQUE_VIOLATIONS.has(driverError?.code ?? code ?? '');
}
