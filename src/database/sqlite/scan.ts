import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { sqliteDriver } from './sqlite-driver.js';

/**
 * The rows of a query on SQLite, each found when it is asked for, so that whoever looks through a million of them can leave
 * others their turns; all as they were at one moment. That takes a connection of its own, since what else is read on the same
 * one would be of that moment, too. It ends with the loop over it.
 * @returns undefined on PostgreSQL, which finds rows in a process of its own
 */
export function scan(query: SelectQueryBuilder<ObjectLiteral>): Iterable<readonly unknown[]> | undefined {
  const { options } = query.dataSource;
  return options.type === 'better-sqlite3' ? rowByRow(options.database, query) : undefined;
}

function* rowByRow(
  file: string,
  query: SelectQueryBuilder<ObjectLiteral>,
): Generator<readonly unknown[], void, undefined> {
  const connection = new (sqliteDriver())(file, { readonly: true });
  try {
    // As the connections have that write.
    connection.pragma('case_sensitive_like = ON');
    const [sql, parameters] = query.getQueryAndParameters();
    const values = parameters.map((value: unknown) => (typeof value === 'boolean' ? Number(value) : value));
    yield* connection
      .prepare<unknown[], unknown[]>(sql)
      .raw()
      .iterate(...values);
  } finally {
    connection.close();
  }
}
