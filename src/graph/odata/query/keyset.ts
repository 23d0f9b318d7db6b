import { hash } from 'node:crypto';
import { queryOptionNotValid } from '../../errors/catalogue/query.js';
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
 * The condition for the rows after these values in the order. It compares values instead of looking for the row, so pages
 * neither lose nor repeat rows when rows, including that one, are added or deleted.
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

const FORMAT = 1;
const CHECKSUM_LENGTH = 12;

/** The checksum of the values and their order. It detects a changed token, or one of another order. */
const checksum = (keys: readonly SortKey[], values: readonly KeyValue[]): string =>
  hash(
    'sha256',
    JSON.stringify([keys.map(({ column, descending }) => [column, descending]), values]),
    'base64url',
  ).slice(0, CHECKSUM_LENGTH);

/**
 * The place after a row, as `$skiptoken` carries it (docs/contract/api.md#6.5). The checksum is no secret: a
 * forged token only gives a page that the caller can read anyway.
 */
export const encodeSkipToken = (keys: readonly SortKey[], values: readonly KeyValue[]): string =>
  Buffer.from(JSON.stringify([FORMAT, checksum(keys, values), ...values])).toString('base64url');

/** @throws queryOptionNotValid where the token was not made by {@link encodeSkipToken} for this order */
export function decodeSkipToken(token: string, keys: readonly SortKey[]): KeyValue[] {
  const values = valuesIn(token);
  const fits = values?.length === keys.length && keys.every((key, index) => isValueOf(key, values[index]));
  if (!fits || encodeSkipToken(keys, values as KeyValue[]) !== token)
    throw queryOptionNotValid(
      'The $skiptoken query option is not valid: it must be taken unchanged from an @odata.nextLink, with the same $orderby.',
    );
  return values as KeyValue[];
}

function valuesIn(token: string): unknown[] | undefined {
  try {
    const read: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(read) ? read.slice(2) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a value fits its column. A database fails with any other value. */
function isValueOf({ kind, nullable }: SortKey, value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return (kind === 'string' || kind === 'enum') && value.isWellFormed() && !value.includes('\0');
    case 'number':
      return kind === 'int' && value === (value | 0);
    case 'boolean':
      return kind === 'boolean';
    default:
      return value === null && nullable;
  }
}
