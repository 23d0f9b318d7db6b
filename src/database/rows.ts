import type { Driver, EntityMetadata, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { scan } from './sqlite/scan.js';
import { type Rows, select } from './statement.js';

/** Which property a value of a row is, and what makes it of the value. */
export interface Property {
  readonly name: string;
  readonly convert?: (value: unknown) => unknown;
  /** The same of a text that takes long, while others have turns. */
  readonly convertLarge?: (text: string) => Promise<unknown>;
}

/** What the transformer of a column may have besides TypeORM's own. */
interface OfLargeTexts {
  readonly fromLarge?: Property['convertLarge'];
}

const LARGE_TEXT = 65_536;

/** Types whose values the drivers give as they are to be. */
const PLAIN_TYPES = new Set<unknown>(['varchar', 'text', 'integer']);

/** By the names, which are the same object as long as the statement is prepared. */
const known = new WeakMap<Rows['names'], readonly Property[]>();

/**
 * The properties of an entity that TypeORM's SQL selects, in its order.
 * @throws Error where it selects what is no column of the entity
 */
export function propertiesOf(
  { columns, dataSource: { driver } }: EntityMetadata,
  alias: string,
  names: Rows['names'],
): readonly Property[] {
  let properties = known.get(names);
  if (properties === undefined) known.set(names, (properties = matched(columns, driver, alias, names)));
  return properties;
}

const matched = (
  columns: readonly ColumnMetadata[],
  driver: Driver,
  alias: string,
  names: Rows['names'],
): Property[] =>
  names.map((selected) => {
    const column = columns.find(({ databaseName }) => selected === `${alias}_${databaseName}`);
    if (column === undefined) throw new Error(`'${selected}' is no column of '${alias}'.`);
    const name = column.propertyName;
    if (PLAIN_TYPES.has(column.type) && column.transformer === undefined) return { name };
    const convert = (value: unknown): unknown => driver.prepareHydratedValue(value, column) as unknown;
    return { name, convert, convertLarge: (column.transformer as OfLargeTexts | undefined)?.fromLarge };
  });

export async function entityOf(
  properties: readonly Property[],
  row: readonly unknown[],
): Promise<ObjectLiteral> {
  const entity: ObjectLiteral = {};
  for (let index = 0; index < properties.length; index++) {
    const { name, convert, convertLarge } = properties[index]!;
    const value = row[index];
    if (convertLarge !== undefined && typeof value === 'string' && value.length > LARGE_TEXT)
      entity[name] = await convertLarge(value);
    else entity[name] = convert === undefined ? value : convert(value);
  }
  return entity;
}

/**
 * The rows of a query that selects all of one entity. They become entities here, by TypeORM's own conversion of values:
 * `getMany` takes longer to make entities of a hundred rows than the database to find them (docs/performance.md).
 */
export async function rowsOf<T extends ObjectLiteral>(query: SelectQueryBuilder<T>): Promise<T[]> {
  const { alias, dataSource, expressionMap } = query;
  const [sql, parameters] = query.getQueryAndParameters();
  const { rows, names } = await select(dataSource.manager, sql, parameters, 'client');
  const properties = propertiesOf(expressionMap.mainAlias!.metadata, alias, names);
  const entities: T[] = [];
  for (const row of rows) entities.push((await entityOf(properties, row)) as T);
  return entities;
}

/** How the pages of a collection are read. */
export const READING = { rowsOf, scan };
