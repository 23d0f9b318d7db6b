import type { Statement } from 'better-sqlite3';
import type { EntityManager } from 'typeorm';

export interface Result {
  readonly rows: readonly Record<string, unknown>[];
  readonly affected: number;
}

interface Connection {
  prepare(sql: string): Statement<unknown[], Record<string, unknown>>;
}

const PREPARED = new WeakMap<Connection, Map<string, Statement<unknown[], Record<string, unknown>>>>();

/** The connection of TypeORM's better-sqlite3 driver; undefined with another driver. */
const connectionOf = (manager: EntityManager): Connection | undefined =>
  (manager.dataSource.driver as { databaseConnection?: Connection }).databaseConnection;

/**
 * Runs one of the statements that are sent with every request, on the connection of the given manager. With better-sqlite3
 * the statement is prepared once and run at once: TypeORM's runner would pass it through events and promises that take
 * several times as long as the statement does (docs/performance.md). With another driver the runner sends it.
 */
export async function execute(
  manager: EntityManager,
  sql: string,
  parameters: readonly unknown[],
): Promise<Result> {
  const connection = connectionOf(manager);
  if (connection === undefined) {
    const runner = manager.queryRunner ?? manager.dataSource.createQueryRunner();
    const { records, affected = 0 } = await runner.query(sql, [...parameters], true);
    return { rows: records as Record<string, unknown>[], affected };
  }
  let statements = PREPARED.get(connection);
  if (statements === undefined) PREPARED.set(connection, (statements = new Map()));
  let statement = statements.get(sql);
  if (statement === undefined) statements.set(sql, (statement = connection.prepare(sql)));
  if (statement.reader) return { rows: statement.all(...parameters), affected: 0 };
  return { rows: [], affected: statement.run(...parameters).changes };
}
