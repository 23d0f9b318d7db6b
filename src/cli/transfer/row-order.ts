import type { Counts } from './content-format.js';
import { CONTENT_TABLES, type ContentTable } from './content-table.js';

/** Sees that rows come in the order of a content file, none of them twice, and counts them. */
export class RowOrder {
  private readonly counts: Record<string, number> = Object.fromEntries(
    CONTENT_TABLES.map(({ name }) => [name, 0]),
  );
  private table?: ContentTable;
  private key: readonly string[] = [];

  /** @throws {RangeError} for a row that is out of order */
  add(table: ContentTable, values: readonly unknown[]): void {
    const key = table.keyOf(values);
    if (table !== this.table) {
      if (this.table !== undefined && CONTENT_TABLES.indexOf(table) < CONTENT_TABLES.indexOf(this.table))
        throw new RangeError(`the rows of ${table.name} must stand before those of ${this.table.name}`);
    } else if (compare(this.key, key) >= 0) {
      throw new RangeError(`rows must be in the order of ${table.keys.join(', ')}, none of them twice`);
    }
    this.table = table;
    this.key = key;
    this.counts[table.name]!++;
  }

  /** What is wrong with the counts that a file claims; undefined where they are right. */
  faultOf(claimed: Counts): string | undefined {
    const wrong = CONTENT_TABLES.find(({ name }) => claimed?.[name] !== this.counts[name]);
    if (wrong === undefined) return undefined;
    return `it says ${claimed?.[wrong.name]} rows of ${wrong.name}, and there are ${this.counts[wrong.name]}`;
  }
}

/** As both databases compare text: by its bytes in UTF-8. */
function compare(one: readonly string[], other: readonly string[]): number {
  for (const [index, part] of one.entries())
    if (part !== other[index]) return Buffer.compare(Buffer.from(part), Buffer.from(other[index]!));
  return 0;
}
