import { getMetadataArgsStorage } from 'typeorm';
import type { ColumnMetadataArgs } from 'typeorm/metadata-args/ColumnMetadataArgs.js';
import { CONTENT } from '../../entities.js';
import { type ColumnKind, kindOf } from './column-kind.js';

interface ContentColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly isNullable: boolean;
  readonly isKey: boolean;
}

function columnOf({ propertyName, options }: ColumnMetadataArgs): ContentColumn {
  const { nullable = false, primary = false } = options;
  return { name: propertyName, kind: kindOf(propertyName, options), isNullable: nullable, isKey: primary };
}

/** A table whose rows are lines of a content file; its columns are those of the entity, in their order. */
export class ContentTable {
  readonly keys: readonly string[];
  /** The columns that may be large. */
  readonly texts: readonly string[];
  private readonly labels: readonly string[];

  constructor(
    readonly name: string,
    readonly columns: readonly ContentColumn[],
  ) {
    this.keys = columns.filter(({ isKey }) => isKey).map((column) => column.name);
    this.texts = columns.filter(({ kind }) => kind.isText).map((column) => column.name);
    this.labels = columns.map(
      (column, index) => `${index === 0 ? `{"table":"${name}","row":{` : ','}"${column.name}":`,
    );
  }

  /** The line of a row as the database gives it. */
  lineOf(row: Readonly<Record<string, unknown>>): string {
    let line = '';
    this.columns.forEach(({ name, kind }, index) => {
      const value = row[name];
      line += this.labels[index]! + (value === null ? 'null' : kind.write(value));
    });
    return `${line}}}\n`;
  }

  /**
   * The values of a row as the database takes them, in the order of the columns.
   * @param row what was in a line
   * @throws {RangeError} saying what is wrong with it
   */
  valuesOf(row: Readonly<Record<string, unknown>>): unknown[] {
    const names = Object.keys(row);
    if (names.length !== this.columns.length || this.columns.some(({ name }, index) => name !== names[index]))
      throw new RangeError(
        `the row must have ${this.columns.map(({ name }) => name).join(', ')}, in this order`,
      );
    return this.columns.map(({ name, kind, isNullable }) => {
      const value = row[name];
      if (value === null && isNullable) return null;
      const read = kind.read(value);
      if (read === undefined) throw new RangeError(`${name} must be ${kind.expected}`);
      return read;
    });
  }
}

/** @param entity one of `CONTENT`; described by its decorators alone, since a file is checked before there is a database */
function tableOf(entity: unknown): ContentTable {
  const { tables, columns } = getMetadataArgsStorage();
  const name = tables.find(({ target }) => target === entity)?.name;
  if (name === undefined) throw new Error(`${String(entity)} has no @Entity with a name.`);
  return new ContentTable(name, columns.filter(({ target }) => target === entity).map(columnOf));
}

/** Every table of a content file, in its order. */
export const CONTENT_TABLES: readonly ContentTable[] = CONTENT.map(tableOf);
