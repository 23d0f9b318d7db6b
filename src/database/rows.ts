import type { Statement } from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import type { DataSource, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { sendForArrays } from './postgres/send.js';

interface Connection {
  prepare(sql: string): Statement<unknown[], unknown[]>;
}

interface Property {
  readonly name: string;
  readonly convert?: (value: unknown) => unknown;
}

interface Prepared {
  readonly statement: Statement<unknown[], unknown[]>;
  readonly properties: readonly Property[];
}

/** Queries differ by what clients ask for, so only so many statements are kept. */
const MOST_PREPARED = 200;

const PREPARED = new WeakMap<Connection, LRUCache<string, Prepared>>();

/** Types whose values the driver gives as they are to be. */
const PLAIN_TYPES = new Set<unknown>(['varchar', 'text', 'integer']);

/** The connection of TypeORM's better-sqlite3 driver; undefined with another driver, and when it is closed. */
const connectionOf = ({ driver, options }: DataSource): Connection | undefined =>
  options.type === 'better-sqlite3'
    ? (driver as unknown as { databaseConnection?: Connection }).databaseConnection
    : undefined;

/**
 * The rows of a query that selects all of one entity. They are read from the driver as arrays and become entities here, by
 * TypeORM's own conversion of values: `getMany` takes longer to make entities of a hundred rows than the database to find
 * them, and the driver as long again to name each value (docs/performance.md).
 */
export async function rowsOf<T extends ObjectLiteral>(query: SelectQueryBuilder<T>): Promise<T[]> {
  const connection = connectionOf(query.dataSource);
  const [sql, parameters] = query.getQueryAndParameters();
  if (connection === undefined) {
    const { rows, fields } = await sendForArrays(query.dataSource.manager, sql, parameters);
    const properties = propertiesOf(query, fields);
    return rows.map((row) => entityOf(properties, row) as T);
  }
  const { statement, properties } = prepared(connection, query, sql);
  // The driver cannot bind booleans.
  const values = parameters.map((value) => (typeof value === 'boolean' ? Number(value) : (value as unknown)));
  return statement.all(...values).map((row) => entityOf(properties, row) as T);
}

function entityOf(properties: readonly Property[], row: readonly unknown[]): ObjectLiteral {
  const entity: ObjectLiteral = {};
  properties.forEach(({ name, convert }, index) => {
    entity[name] = convert === undefined ? row[index] : convert(row[index]);
  });
  return entity;
}

function prepared<T extends ObjectLiteral>(
  connection: Connection,
  query: SelectQueryBuilder<T>,
  sql: string,
): Prepared {
  let known = PREPARED.get(connection);
  if (known === undefined)
    PREPARED.set(connection, (known = new LRUCache<string, Prepared>({ max: MOST_PREPARED })));
  let found = known.get(sql);
  if (found === undefined) {
    const statement = connection.prepare(sql);
    const properties = propertiesOf(query, statement.columns());
    known.set(sql, (found = { statement: statement.raw(), properties }));
  }
  return found;
}

/** @throws Error where the query selects what is no column of its entity */
function propertiesOf<T extends ObjectLiteral>(
  { alias, dataSource: { driver }, expressionMap }: SelectQueryBuilder<T>,
  selected: readonly { readonly name: string }[],
): Property[] {
  const { columns } = expressionMap.mainAlias!.metadata;
  return selected.map(({ name }) => {
    const column = columns.find(({ databaseName }) => name === `${alias}_${databaseName}`);
    if (column === undefined) throw new Error(`'${name}' is no column of '${alias}'.`);
    return PLAIN_TYPES.has(column.type) && column.transformer === undefined
      ? { name: column.propertyName }
      : {
          name: column.propertyName,
          convert: (value: unknown): unknown => driver.prepareHydratedValue(value, column) as unknown,
        };
  });
}
