import type { DataSource, EntityManager, ObjectLiteral } from 'typeorm';
import { entityOf, type Property, propertyOf } from './rows.js';
import { change, select } from './statement.js';
import type { Column } from './typeorm-internals.js';

/** The statements of a table, with `?` for each parameter. The columns come from the entity, in its order. */
export interface TableSql {
  readonly find: string;
  readonly lockForUpdate: string;
  readonly lockShared: string;
  readonly insert: string;
  readonly insertIfMissing: string;
  readonly replace: string;
  readonly delete: string;
}

interface Prepared {
  readonly sql: TableSql;
  readonly properties: readonly Property[];
  /** The columns whose values `insert` binds, and those whose values `replace` binds, in their order. */
  readonly inserted: readonly Column[];
  readonly replaced: readonly Column[];
}

const listed = (columns: readonly Column[]): string =>
  columns.map(({ databaseName }) => `"${databaseName}"`).join(', ');

const assigned = (columns: readonly Column[], separator: string): string =>
  columns.map(({ databaseName }) => `"${databaseName}" = ?`).join(separator);

/** PostgreSQL cannot store U+0000, so no row has it. */
const isImpossible = (value: unknown): boolean => typeof value === 'string' && value.includes('\0');

/**
 * Reads and writes single rows of one table by its primary key. Requests send these statements all the time, so they go
 * past TypeORM's query builder, which takes several times as long to build one as the database to run it
 * (docs/performance.md). TypeORM converts the values.
 */
export class Table<Entity extends ObjectLiteral, Key extends keyof Entity & string> {
  private readonly prepared = new WeakMap<DataSource, Prepared>();

  /** @param key the properties of the primary key, in the entity's order */
  constructor(
    private readonly entity: new () => Entity,
    private readonly key: readonly Key[],
  ) {}

  /** Reads the row without a lock. It may change or be deleted at any time. */
  find(manager: EntityManager, key: Readonly<Pick<Entity, Key>>): Promise<Entity | null> {
    return this.read(manager, 'find', key);
  }

  /**
   * Reads the row with an exclusive lock (`FOR UPDATE`) until the unit of work ends. Use it if the unit changes or
   * deletes the row, or decides by its contents. On SQLite it is a plain read: only one unit runs at a time.
   */
  lockForUpdate(manager: EntityManager, key: Readonly<Pick<Entity, Key>>): Promise<Entity | null> {
    return this.read(manager, 'lockForUpdate', key);
  }

  /**
   * Reads the row with a shared key lock (`FOR KEY SHARE`): until the unit of work ends, other units may share the row
   * and change its counts, but not delete it. Use it before inserting a child row. On SQLite it is a plain read.
   */
  lockShared(manager: EntityManager, key: Readonly<Pick<Entity, Key>>): Promise<Entity | null> {
    return this.read(manager, 'lockShared', key);
  }

  /** @throws what `isUniqueViolation` recognizes, if there is a row of this key */
  async insert(manager: EntityManager, row: Entity): Promise<void> {
    const { sql, inserted } = this.on(manager);
    await change(manager, sql.insert, stored(manager, inserted, row));
  }

  /** Leaves a row of the same key as it is. @returns whether the row was inserted */
  async insertIfMissing(manager: EntityManager, row: Entity): Promise<boolean> {
    const { sql, inserted } = this.on(manager);
    return (await change(manager, sql.insertIfMissing, stored(manager, inserted, row))) > 0;
  }

  /** Replaces the row of the same key. */
  async replace(manager: EntityManager, row: Entity): Promise<void> {
    const { sql, replaced } = this.on(manager);
    await change(manager, sql.replace, stored(manager, replaced, row));
  }

  /** @returns whether there was such a row */
  async delete(manager: EntityManager, key: Readonly<Pick<Entity, Key>>): Promise<boolean> {
    const { sql } = this.on(manager);
    return (await change(manager, sql.delete, this.valuesOf(key))) > 0;
  }

  /** The statements, for the test that compares them with the tables of a database. */
  sqlOn(manager: EntityManager): TableSql {
    return this.on(manager).sql;
  }

  private valuesOf(key: Readonly<Pick<Entity, Key>>): unknown[] {
    return this.key.map((name) => key[name]);
  }

  private async read(
    manager: EntityManager,
    how: 'find' | 'lockForUpdate' | 'lockShared',
    key: Readonly<Pick<Entity, Key>>,
  ): Promise<Entity | null> {
    const values = this.valuesOf(key);
    if (values.some(isImpossible)) return null;
    const { sql, properties } = this.on(manager);
    const { rows } = await select(manager, sql[how], values);
    const row = rows[0];
    return row === undefined ? null : ((await entityOf(properties, row)) as Entity);
  }

  private on({ dataSource }: EntityManager): Prepared {
    let prepared = this.prepared.get(dataSource);
    if (prepared === undefined) this.prepared.set(dataSource, (prepared = this.prepare(dataSource)));
    return prepared;
  }

  private prepare(source: DataSource): Prepared {
    const { columns, primaryColumns, tableName } = source.getMetadata(this.entity);
    if (primaryColumns.map(({ propertyName }) => propertyName).join() !== this.key.join())
      throw new Error(`The primary key of ${tableName} is not ${this.key.join(', ')}.`);
    const others = columns.filter(({ isPrimary }) => !isPrimary);
    const table = `"${tableName}"`;
    const row = assigned(primaryColumns, ' AND ');
    const find = `SELECT ${listed(columns)} FROM ${table} WHERE ${row}`;
    const insert = `INSERT INTO ${table} (${listed(columns)}) VALUES (${columns.map(() => '?').join(', ')})`;
    const locks = source.options.type === 'postgres';
    return {
      sql: {
        find,
        lockForUpdate: locks ? `${find} FOR UPDATE` : find,
        lockShared: locks ? `${find} FOR KEY SHARE` : find,
        insert,
        insertIfMissing: `${insert} ON CONFLICT DO NOTHING`,
        replace: `UPDATE ${table} SET ${assigned(others, ', ')} WHERE ${row}`,
        delete: `DELETE FROM ${table} WHERE ${row}`,
      },
      properties: columns.map((column) => propertyOf(source, column)),
      inserted: columns,
      replaced: [...others, ...primaryColumns],
    };
  }
}

/** The values of a row as the database stores them. */
const stored = (
  { dataSource: { driver } }: EntityManager,
  columns: readonly Column[],
  row: ObjectLiteral,
): unknown[] =>
  columns.map((column) => driver.preparePersistentValue(row[column.propertyName], column) as unknown);
