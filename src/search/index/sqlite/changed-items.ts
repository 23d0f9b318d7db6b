import type Sqlite from 'better-sqlite3';
import { sqliteDriver } from '../../../database/sqlite/sqlite-driver.js';
import { parseExactly } from '../../../graph/http/exact-json.js';
import type { AclDto } from '../../../items/dto/acl.dto.js';
import type { IndexedItem } from '../document.js';

/** A row of the outbox. Without an item, the connection was removed. */
export interface Change {
  readonly sequence: number;
  readonly connectionKey: string;
  readonly itemId: string | null;
}

/** What a change has led to: the item as it is, or none. */
export interface ReadChange extends Omit<Change, 'sequence'> {
  readonly item?: IndexedItem;
  readonly connectionIsGone: boolean;
}

interface ItemRow {
  readonly rowid: number;
  readonly connectionKey: string;
  readonly id: string;
  readonly acl: string;
  readonly properties: string;
  readonly contentType: string | null;
  readonly contentValue: string | null;
}

const AT_ONCE = 200;
/** An item may have 4 MB: a step reads no more characters than so many, or one item. */
const MOST_CHARACTERS = 4_000_000;
const BUSY_TIMEOUT_MS = 5_000;

const COLUMNS = 'rowid, "connectionKey", "id", "acl", "properties", "contentType", "contentValue"';
const SIZE = 'length("acl") + length("properties") + coalesce(length("contentValue"), 0)';

/** What the index is made of, read from the database on a connection that sees what is committed, and writes nothing. */
export class ChangedItems {
  private readonly file: Sqlite.Database;
  private readonly state: Sqlite.Statement<[], { newest: number | null; build: string | null }>;
  private readonly changes: Sqlite.Statement<[number, number], Change>;
  private readonly item: Sqlite.Statement<[string, string], ItemRow>;
  private readonly sizes: Sqlite.Statement<[number, number], { rowid: number; size: number }>;
  private readonly rows: Sqlite.Statement<[number, number], ItemRow>;
  private readonly size: Sqlite.Statement<[string, string], { size: number }>;

  constructor(path: string) {
    this.file = new (sqliteDriver())(path, { readonly: true, fileMustExist: true, timeout: BUSY_TIMEOUT_MS });
    this.state = this.file.prepare(
      `SELECT (SELECT "seq" FROM "sqlite_sequence" WHERE "name" = 'search_change') AS "newest",
        (SELECT "requestId" FROM "search_build" WHERE "name" = 'index') AS "build"`,
    );
    this.changes = this.file.prepare(
      'SELECT * FROM "search_change" WHERE "sequence" > ? ORDER BY "sequence" LIMIT ?',
    );
    this.item = this.file.prepare(
      `SELECT ${COLUMNS} FROM "external_item" WHERE "connectionKey" = ? AND "id" = ?`,
    );
    this.size = this.file.prepare(
      `SELECT ${SIZE} AS "size" FROM "external_item" WHERE "connectionKey" = ? AND "id" = ?`,
    );
    this.sizes = this.file.prepare(
      `SELECT rowid, ${SIZE} AS "size" FROM "external_item" WHERE rowid > ? ORDER BY rowid LIMIT ?`,
    );
    this.rows = this.file.prepare(
      `SELECT ${COLUMNS} FROM "external_item" WHERE rowid > ? AND rowid <= ? ORDER BY rowid`,
    );
  }

  /** The newest change, 0 before the first one, and the newest request to build the index. */
  now(): { readonly newest: number; readonly build: string } {
    const { newest, build } = this.state.get()!;
    return { newest: newest ?? 0, build: build ?? '' };
  }

  /** The next changes in their order: as many as a step is to have. */
  after(sequence: number): Change[] {
    const found = this.changes.all(sequence, AT_ONCE);
    let characters = 0;
    const end = found.findIndex(({ connectionKey, itemId }) => {
      const before = characters;
      characters += itemId === null ? 0 : (this.size.get(connectionKey, itemId)?.size ?? 0);
      return before > 0 && characters > MOST_CHARACTERS;
    });
    return end === -1 ? found : found.slice(0, end);
  }

  /** Each item that changed once, as it is now. */
  read(changes: readonly Change[]): ReadChange[] {
    const distinct = new Map(
      changes.map((change) => [`${change.connectionKey} ${change.itemId ?? ''}`, change]),
    );
    return [...distinct.values()].map(({ connectionKey, itemId }) => {
      if (itemId === null) return { connectionKey, itemId, connectionIsGone: true };
      const row = this.item.get(connectionKey, itemId);
      return { connectionKey, itemId, item: row && itemOf(row), connectionIsGone: false };
    });
  }

  /** The next of all items, in the order in which they were added, and the place of the last one; none at the end. */
  slice(position: number): { readonly items: readonly IndexedItem[]; readonly position: number } {
    const found = this.sizes.all(position, AT_ONCE);
    let characters = 0;
    let last = position;
    for (const { rowid, size } of found) {
      characters += size;
      if (last > position && characters > MOST_CHARACTERS) break;
      last = rowid;
    }
    return { items: this.rows.all(position, last).map(itemOf), position: last };
  }

  /** The keys of the connections that there are. */
  connections(): ReadonlySet<string> {
    const rows = this.file.prepare<[], { key: string }>(
      'SELECT "connectionKey" AS "key" FROM "external_connection"',
    );
    return new Set(rows.all().map(({ key }) => key));
  }

  close(): void {
    this.file.close();
  }
}

const itemOf = ({ connectionKey, id, acl, properties, contentType, contentValue }: ItemRow): IndexedItem => ({
  connectionKey,
  id,
  acl: JSON.parse(acl) as AclDto[],
  properties: parseExactly(properties) as Record<string, unknown>,
  contentType,
  contentValue,
});
