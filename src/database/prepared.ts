import type { DataSourceOptions, EntityManager, EntityTarget, ObjectLiteral, QueryBuilder } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { entityOf, propertiesOf } from './rows.js';
import { change, select } from './statement.js';

/** What is prepared for each kind of database that the process has to do with. */
type ByDriver<T> = Partial<Record<DataSourceOptions['type'], T>>;

/**
 * SQL that TypeORM's query builder made once, for statements that are sent with every request: building one takes
 * several times as long as running it (docs/performance.md). The SQL, its placeholders and the conversion of values are
 * TypeORM's own, so it is as portable as the builder.
 */
class PreparedSql {
  private readonly sql: string;
  private readonly order: readonly string[];

  /** @param names the parameters of the query; each is bound to its own name to learn the order of the placeholders */
  constructor(query: QueryBuilder<ObjectLiteral>, names: readonly string[]) {
    query.setParameters(Object.fromEntries(names.map((name) => [name, name])));
    const [sql, parameters] = query.getQueryAndParameters();
    this.sql = sql;
    this.order = parameters.map(String);
  }

  bind(values: Readonly<Record<string, unknown>>): [sql: string, parameters: unknown[]] {
    return [this.sql, this.order.map((name) => values[name])];
  }
}

const ALIAS = 'row';

type Lock = 'pessimistic_write' | 'for_key_share';

/** Text that PostgreSQL cannot store, and so no row has. */
const isImpossible = (value: unknown): boolean => typeof value === 'string' && value.includes('\0');

/** Finds one row by the given columns. */
export class PreparedFind<Entity extends ObjectLiteral, Key extends keyof Entity & string> {
  private readonly plain: ByDriver<PreparedSql> = {};
  private readonly locking: ByDriver<PreparedSql> = {};
  private readonly sharing: ByDriver<PreparedSql> = {};

  constructor(
    private readonly entity: EntityTarget<Entity>,
    private readonly by: readonly Key[],
  ) {}

  /** The row as it is at this moment, and may no longer be at the next. */
  one(manager: EntityManager, key: Readonly<Pick<Entity, Key>>): Promise<Entity | null> {
    const { type } = manager.dataSource.options;
    return this.find(manager, (this.plain[type] ??= this.prepare(manager)), key);
  }

  /**
   * The row, which nobody else changes, deletes, finds by `locked` or by `shared` until the unit of work is done: for a
   * unit that changes or deletes it, or decides anything by what is in it. On SQLite one unit alone writes anyway.
   */
  locked(manager: EntityManager, key: Readonly<Pick<Entity, Key>>): Promise<Entity | null> {
    const { type } = manager.dataSource.options;
    return this.find(manager, (this.locking[type] ??= this.prepare(manager, 'pessimistic_write')), key);
  }

  /**
   * The row, which nobody else deletes or finds by `locked` until the unit of work is done, while any number of units
   * may share it and change its counts: for a unit that adds a row below it.
   */
  shared(manager: EntityManager, key: Readonly<Pick<Entity, Key>>): Promise<Entity | null> {
    const { type } = manager.dataSource.options;
    return this.find(manager, (this.sharing[type] ??= this.prepare(manager, 'for_key_share')), key);
  }

  private async find(
    manager: EntityManager,
    sql: PreparedSql,
    key: Readonly<Pick<Entity, Key>>,
  ): Promise<Entity | null> {
    if (this.by.some((name) => isImpossible(key[name]))) return null;
    const { rows, names } = await select(manager, ...sql.bind(key));
    const row = rows[0];
    if (row === undefined) return null;
    const properties = propertiesOf(manager.dataSource.getMetadata(this.entity), ALIAS, names);
    return (await entityOf(properties, row)) as Entity;
  }

  private prepare(manager: EntityManager, lock?: Lock): PreparedSql {
    const query = manager.createQueryBuilder(this.entity, ALIAS);
    if (lock !== undefined && manager.dataSource.options.type === 'postgres') query.setLock(lock);
    for (const name of this.by) query.andWhere(`${ALIAS}.${name} = :${name}`);
    return new PreparedSql(query, this.by);
  }
}

/** A statement that binds these columns of a row, in this order. */
interface RowStatement {
  readonly sql: string;
  readonly columns: readonly ColumnMetadata[];
}

/** The values of a row, as the database stores them. */
function stored(manager: EntityManager, columns: readonly ColumnMetadata[], row: ObjectLiteral): unknown[] {
  const { driver } = manager.dataSource;
  return columns.map((column) => driver.preparePersistentValue(row[column.propertyName], column) as unknown);
}

/** Inserts one row. */
export class PreparedInsert<Entity extends ObjectLiteral> {
  private readonly prepared: ByDriver<RowStatement> = {};

  /** @param unlessThere a row of the same key is left as it is */
  constructor(
    private readonly entity: EntityTarget<Entity>,
    private readonly unlessThere = false,
  ) {}

  /** Whether the row was inserted; it always is where it need not be left out. */
  async run(manager: EntityManager, row: Entity): Promise<boolean> {
    const { type } = manager.dataSource.options;
    const { sql, columns } = (this.prepared[type] ??= this.prepare(manager));
    return (await change(manager, sql, stored(manager, columns, row))) > 0;
  }

  private prepare(manager: EntityManager): RowStatement {
    const { columns } = manager.dataSource.getMetadata(this.entity);
    // Text is always bound; numbers and nulls would be written into the SQL.
    const anything = Object.fromEntries(columns.map(({ propertyName }) => [propertyName, propertyName]));
    const query = manager
      .createQueryBuilder()
      .insert()
      .into(this.entity)
      .values(anything as never);
    const [sql, parameters] = (this.unlessThere ? query.orIgnore() : query).getQueryAndParameters();
    if (parameters.length !== columns.length) {
      throw new Error('An insert binds every column, in their order.');
    }
    return { sql, columns };
  }
}

/** Puts a row in the place of the one with its key. */
export class PreparedReplace<Entity extends ObjectLiteral> {
  private readonly prepared: ByDriver<RowStatement> = {};

  constructor(private readonly entity: EntityTarget<Entity>) {}

  async run(manager: EntityManager, row: Entity): Promise<void> {
    const { type } = manager.dataSource.options;
    const { sql, columns } = (this.prepared[type] ??= this.prepare(manager));
    await change(manager, sql, stored(manager, columns, row));
  }

  private prepare(manager: EntityManager): RowStatement {
    const { columns, primaryColumns } = manager.dataSource.getMetadata(this.entity);
    const others = columns.filter((column) => !column.isPrimary);
    const query = manager
      .createQueryBuilder()
      .update(this.entity)
      // An expression is taken as it is, where a value would first be converted for its column.
      .set(
        Object.fromEntries(
          others.map(({ propertyName }) => [propertyName, () => `:${propertyName}`]),
        ) as never,
      )
      .where(primaryColumns.map(({ propertyName }) => `"${propertyName}" = :${propertyName}`).join(' AND '));
    query.setParameters(Object.fromEntries(columns.map(({ propertyName }) => [propertyName, propertyName])));
    const [sql, parameters] = query.getQueryAndParameters();
    const byName = new Map(columns.map((column) => [column.propertyName, column]));
    return { sql, columns: parameters.map((name) => byName.get(String(name))!) };
  }
}

/** Runs any other statement and tells how many rows it touched. */
export class PreparedChange {
  private readonly prepared: ByDriver<PreparedSql> = {};

  constructor(
    private readonly build: (manager: EntityManager) => QueryBuilder<ObjectLiteral>,
    private readonly names: readonly string[],
  ) {}

  async run(manager: EntityManager, values: Readonly<Record<string, unknown>>): Promise<number> {
    const { type } = manager.dataSource.options;
    const prepared = (this.prepared[type] ??= new PreparedSql(this.build(manager), this.names));
    const [sql, parameters] = prepared.bind(values);
    return change(manager, sql, parameters);
  }
}
