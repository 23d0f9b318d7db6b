import type { DataSource, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { scan } from './sqlite/scan.js';
import { type Rows, select } from './statement.js';
import type { Column } from './typeorm-internals.js';

/** The property that a selected value belongs to, and the conversion of the value, if it needs one. */
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

/** Types whose values the drivers already return in their final form. */
const PLAIN_TYPES = new Set<unknown>(['varchar', 'text', 'integer']);

/** The property of a column, with TypeORM's own conversion. */
export const propertyOf = ({ driver }: DataSource, column: Column): Property =>
  PLAIN_TYPES.has(column.type) && column.transformer === undefined
    ? { name: column.propertyName }
    : {
        name: column.propertyName,
        convert: (value: unknown): unknown => driver.prepareHydratedValue(value, column) as unknown,
        convertLarge: (column.transformer as OfLargeTexts | undefined)?.fromLarge,
      };

/** An entity of a row whose values are in the order of the properties. */
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

/** By the names that a statement selects, which are the same array as long as the statement is prepared. */
const known = new WeakMap<Rows['names'], readonly Property[]>();

/**
 * The properties of the entity that a query selects, in the order of its SQL.
 * @throws {Error} if the query selects anything but columns of the entity
 */
export function propertiesOf<T extends ObjectLiteral>(
  { alias, dataSource, expressionMap }: SelectQueryBuilder<T>,
  names: Rows['names'],
): readonly Property[] {
  let properties = known.get(names);
  if (properties !== undefined) return properties;
  const { columns } = expressionMap.mainAlias!.metadata;
  properties = names.map((selected) => {
    const column = columns.find(({ databaseName }) => selected === `${alias}_${databaseName}`);
    if (column === undefined) throw new Error(`'${selected}' is no column of '${alias}'.`);
    return propertyOf(dataSource, column);
  });
  known.set(names, properties);
  return properties;
}

/**
 * Reads the rows of a query that selects all columns of one entity, converted as TypeORM converts them. `getMany` takes
 * longer to make a hundred entities than the database to find them (docs/performance.md).
 * @throws {Error} if the query selects anything but columns of the entity
 */
export async function rowsOf<T extends ObjectLiteral>(query: SelectQueryBuilder<T>): Promise<T[]> {
  const [sql, parameters] = query.getQueryAndParameters();
  const { rows, names } = await select(query.dataSource.manager, sql, parameters, 'client');
  const properties = propertiesOf(query, names);
  const entities: T[] = [];
  for (const row of rows) entities.push((await entityOf(properties, row)) as T);
  return entities;
}

/** How the pages of a collection are read. */
export const READING = { rowsOf, scan };
