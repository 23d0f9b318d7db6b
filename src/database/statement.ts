import type { Statement } from 'better-sqlite3';
import type { EntityManager } from 'typeorm';
import { send } from './postgres/send.js';

export interface Result {
  readonly rows: readonly Record<string, unknown>[];
  readonly affected: number;
}

interface Connection {
  prepare(sql: string): Statement<unknown[], Record<string, unknown>>;
}

const PREPARED = new WeakMap<Connection, Map<string, Statement<unknown[], Record<string, unknown>>>>();

/** The connection of TypeORM's better-sqlite3 driver, which has but one; undefined on PostgreSQL. */
const connectionOf = ({ dataSource: { options, driver } }: EntityManager): Connection | undefined =>
  options.type === 'better-sqlite3'
    ? (driver as unknown as { databaseConnection: Connection }).databaseConnection
    : undefined;

/**
 * Runs one of the statements that are sent with every request, on the connection of the given manager. It goes to the driver
 * at once: TypeORM's runner would pass it through events and promises that take several times as long as the statement
 * does, and would have it parsed each time (docs/performance.md).
 */
export async function execute(
  manager: EntityManager,
  sql: string,
  parameters: readonly unknown[],
): Promise<Result> {
  const connection = connectionOf(manager);
  if (connection === undefined) {
    const { rows, rowCount } = await send(manager, sql, parameters);
    return { rows, affected: rowCount ?? 0 };
  }
  let statements = PREPARED.get(connection);
  if (statements === undefined) PREPARED.set(connection, (statements = new Map()));
  let statement = statements.get(sql);
  if (statement === undefined) statements.set(sql, (statement = connection.prepare(sql)));
  if (statement.reader) return { rows: statement.all(...parameters), affected: 0 };
  return { rows: [], affected: statement.run(...parameters).changes };
}
