import { getMetadataArgsStorage } from 'typeorm';
import type { ColumnMetadataArgs } from 'typeorm/metadata-args/ColumnMetadataArgs.js';
import { CONTENT } from '../../entities.js';
import { type ColumnKind, kindOf } from './column-kind.js';
import { endOfStructure } from './json-extent.js';

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

const END = '}}\n';

/** A table whose rows are lines of a content file; its columns are those of the entity, in their order. */
export class ContentTable {
  readonly keys: readonly string[];
  /** The columns that may be large. */
  readonly texts: readonly string[];
  /** What stands before each value in a line. */
  private readonly labels: readonly string[];
  private readonly form: string;

  constructor(
    readonly name: string,
    readonly columns: readonly ContentColumn[],
  ) {
    this.keys = columns.filter(({ isKey }) => isKey).map((column) => column.name);
    this.texts = columns.filter(({ kind }) => kind.isText).map((column) => column.name);
    this.form = `the row must have ${columns.map((column) => column.name).join(', ')}, in this order, and nothing else`;
    this.labels = columns.map(
      (column, index) => `${index === 0 ? `{"table":"${name}","row":{` : ','}"${column.name}":`,
    );
  }

  /** The line of a row. @param values as the database gives them, in the order of the columns */
  lineOf(values: readonly unknown[]): string {
    let line = '';
    this.columns.forEach(({ kind }, index) => {
      const value = values[index];
      line += this.labels[index]! + (value === null ? 'null' : kind.write(value));
    });
    return line + END;
  }

  /** What of these values is the key of the row. */
  keyOf(values: readonly unknown[]): string[] {
    return values.filter((_, index) => this.columns[index]!.isKey) as string[];
  }

  /**
   * The values of a row as the database takes them, in the order of the columns. The line must be the one that `lineOf`
   * makes of them, to the last character.
   * @param row what was parsed of the line
   * @throws {RangeError} saying what is wrong with it
   */
  valuesOf(line: string, row: Readonly<Record<string, unknown>>): unknown[] {
    let at = 0;
    const expect = (text: string, otherwise: string): void => {
      if (!line.startsWith(text, at)) throw new RangeError(otherwise);
      at += text.length;
    };
    const values = this.columns.map(({ name, kind, isNullable }, index) => {
      expect(this.labels[index]!, this.form);
      if (kind.isEmbedded(line, at)) {
        const json = line.slice(at, endOfStructure(line, at));
        at += json.length;
        return json;
      }
      const value = row[name];
      if (value === null && isNullable) {
        expect('null', this.form);
        return null;
      }
      const read = kind.read(value);
      if (read === undefined) throw new RangeError(`${name} must be ${kind.expected}`);
      expect(kind.write(read), `${name} is not written as npm run export writes it`);
      return read;
    });
    expect(END, this.form);
    if (at !== line.length) throw new RangeError(this.form);
    return values;
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
