import type { DataSource, ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { type Rows, select } from './statement.js';
import type { Column } from './typeorm-internals.js';

/** The property that a selected value belongs to, and the conversion of the value, if it needs one. */
export interface Property {
  readonly name: string;
  readonly convert?: (value: unknown) => unknown;
}

/** Types whose values the drivers already return in their final form. */
const PLAIN_TYPES = new Set<unknown>(['varchar', 'text', 'integer']);

/** The property of a column, with TypeORM's own conversion. */
export const propertyOf = ({ driver }: DataSource, column: Column): Property =>
  PLAIN_TYPES.has(column.type) && column.transformer === undefined
    ? { name: column.propertyName }
    : {
        name: column.propertyName,
        convert: (value: unknown): unknown => driver.prepareHydratedValue(value, column) as unknown,
      };

/** An entity of a row whose values are in the order of the properties. */
export function entityOf(properties: readonly Property[], row: readonly unknown[]): ObjectLiteral {
  const entity: ObjectLiteral = {};
  properties.forEach(({ name, convert }, index) => {
    entity[name] = convert === undefined ? row[index] : convert(row[index]);
  });
  return entity;
}

/** By the names that a statement selects, which are the same array as long as the statement is prepared. */
const known = new WeakMap<Rows['names'], readonly Property[]>();

function selectedProperties<T extends ObjectLiteral>(
  { alias, dataSource, expressionMap }: SelectQueryBuilder<T>,
  names: Rows['names'],
): readonly Property[] {
  const { columns } = expressionMap.mainAlias!.metadata;
  return names.map((selected) => {
    const column = columns.find(({ databaseName }) => selected === `${alias}_${databaseName}`);
    if (column === undefined) throw new Error(`'${selected}' is no column of '${alias}'.`);
    return propertyOf(dataSource, column);
  });
}

/**
 * Reads the rows of a query that selects all columns of one entity, converted as TypeORM converts them. `getMany` takes
 * longer to make a hundred entities than the database to find them (docs/performance.md).
 * @throws {Error} if the query selects anything but columns of the entity
 */
export async function rowsOf<T extends ObjectLiteral>(query: SelectQueryBuilder<T>): Promise<T[]> {
  const [sql, parameters] = query.getQueryAndParameters();
  const { rows, names } = await select(query.dataSource.manager, sql, parameters, 'client');
  let properties = known.get(names);
  if (properties === undefined) known.set(names, (properties = selectedProperties(query, names)));
  return rows.map((row) => entityOf(properties, row) as T);
}
