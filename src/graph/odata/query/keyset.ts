import type { SortKey } from './order-by.js';
import { FALSE, Parameters, type SqlFragment, type SqlValue } from './sql.js';

/** What a row has in a column that it is sorted by. */
export type KeyValue = SqlValue | null;

/** The values of a row under the keys. */
export const keyValues = (keys: readonly SortKey[], row: object): KeyValue[] =>
  keys.map(({ column, valueIn }) => {
    if (valueIn !== undefined) return valueIn(row);
    const field = column.slice(column.indexOf('.') + 1);
    return ((row as Record<string, unknown>)[field] ?? null) as KeyValue;
  });

/**
 * The rows that follow the one with these values. It asks for the place in the order and not for the row, so that pages
 * neither lose nor repeat rows when others come and go, that one included.
 */
export function keysetCondition(keys: readonly SortKey[], last: readonly KeyValue[]): SqlFragment {
  const parameters = new Parameters('after');
  const sql = keys.reduceRight<string | undefined>((rest, key, index) => {
    const value = last[index]!;
    const placeholder = value === null ? undefined : parameters.bind(value);
    const beyond = follows(key, placeholder);
    if (rest === undefined) return beyond;
    const same = placeholder === undefined ? `${key.column} IS NULL` : `${key.column} = ${placeholder}`;
    return `(${beyond} OR (${same} AND ${rest}))`;
  }, undefined);
  return { sql: sql ?? FALSE, parameters: parameters.values };
}

/** Without a placeholder, what follows null. */
function follows({ column, nullable, descending }: SortKey, placeholder: string | undefined): string {
  if (placeholder === undefined) return descending ? FALSE : `${column} IS NOT NULL`;
  if (!descending) return `${column} > ${placeholder}`;
  return nullable ? `(${column} < ${placeholder} OR ${column} IS NULL)` : `${column} < ${placeholder}`;
}
