import type Sqlite from 'better-sqlite3';
import { stringifyExactly } from '../../../graph/http/exact-json.js';
import { atOnce } from '../../../graph/turns.js';
import { documentOf, type IndexedItem } from '../document.js';
import { LRUCache } from 'lru-cache';
import { columnsOf } from './tokens.js';

const MOST_PRINCIPALS_KNOWN = 100_000;
/** In one step: of 4 kB each. */
const MERGED_PAGES = 500;

/** Writes items into the index file, on the connection of the thread that alone does. */
export class DocumentStore {
  private readonly numbers = new Map<string, number>();
  private readonly principals = new LRUCache<string, true>({ max: MOST_PRINCIPALS_KNOWN });
  private readonly findConnection: Sqlite.Statement<[string], { number: number }>;
  private readonly addConnection: Sqlite.Statement<[string]>;
  private readonly removeConnection: Sqlite.Statement<[number]>;
  private readonly find: Sqlite.Statement<[number, string], { id: number }>;
  private readonly slice: Sqlite.Statement<[number, number], { id: number }>;
  private readonly addDocument: Sqlite.Statement<[number, string, string, string | null]>;
  private readonly addWords: Sqlite.Statement<[number | bigint, string, string, string]>;
  private readonly addPrincipal: Sqlite.Statement<[string]>;
  private readonly mergeWords: Sqlite.Statement<[number]>;
  private readonly changes: Sqlite.Statement<[], number>;
  private readonly countDocuments: Sqlite.Statement<[], number>;
  private readonly removeDocument: Sqlite.Statement<[number]>;
  private readonly removeWords: Sqlite.Statement<[number]>;

  constructor(file: Sqlite.Database) {
    this.findConnection = file.prepare('SELECT "number" FROM "connection" WHERE "key" = ?');
    this.addConnection = file.prepare('INSERT INTO "connection" ("key") VALUES (?)');
    this.removeConnection = file.prepare('DELETE FROM "connection" WHERE "number" = ?');
    this.find = file.prepare('SELECT "id" FROM "document" WHERE "connection" = ? AND "itemId" = ?');
    this.slice = file.prepare('SELECT "id" FROM "document" WHERE "connection" = ? LIMIT ?');
    this.addDocument = file.prepare(
      'INSERT INTO "document" ("connection", "itemId", "values", "breaks") VALUES (?, ?, ?, ?)',
    );
    this.addWords = file.prepare(
      'INSERT INTO "words" (rowid, "scope", "content", "properties") VALUES (?, ?, ?, ?)',
    );
    this.addPrincipal = file.prepare('INSERT OR IGNORE INTO "principal" VALUES (?)');
    this.mergeWords = file.prepare(`INSERT INTO "words" ("words", rank) VALUES ('merge', ?)`);
    this.changes = file.prepare<[], number>('SELECT total_changes()').pluck();
    this.countDocuments = file.prepare<[], number>('SELECT count(*) FROM "document"').pluck();
    this.removeDocument = file.prepare('DELETE FROM "document" WHERE "id" = ?');
    this.removeWords = file.prepare('DELETE FROM "words" WHERE rowid = ?');
  }

  /** Puts an item in, behind all others, and takes its older form out. */
  put(item: IndexedItem): void {
    const connection = this.numberOf(item.connectionKey);
    this.removeFound(connection, item.id);
    const document = atOnce(documentOf(item));
    const { principals, scope, content, properties, breaks } = columnsOf(document, connection);
    const { lastInsertRowid } = this.addDocument.run(
      connection,
      item.id,
      stringifyExactly(document.values) ?? '{}',
      breaks.length === 0 ? null : JSON.stringify(breaks),
    );
    for (const token of principals) this.know(token);
    this.addWords.run(lastInsertRowid, scope, content, properties);
  }

  remove(connectionKey: string, itemId: string): void {
    const connection = this.numberIfKnown(connectionKey);
    if (connection !== undefined) this.removeFound(connection, itemId);
  }

  /** Takes so many items of a connection out, and the connection after the last; whether any are left. */
  removeSlice(connectionKey: string, most: number): boolean {
    const connection = this.numberIfKnown(connectionKey);
    if (connection === undefined) return false;
    const found = this.slice.all(connection, most);
    for (const { id } of found) this.removeId(id);
    if (found.length === most) return true;
    this.removeConnection.run(connection);
    this.numbers.delete(connectionKey);
    return false;
  }

  /** How many items the index has. */
  get size(): number {
    return this.countDocuments.get()!;
  }

  /**
   * Merges so many pages of the parts that the full-text table is in: each part costs a query as much as a whole one.
   * @param begins whether all parts of now are to become one
   * @returns whether there is more to merge
   */
  merge(begins: boolean): boolean {
    const before = this.changes.get()!;
    this.mergeWords.run(begins ? -MERGED_PAGES : MERGED_PAGES);
    // As FTS5 says that it had nothing to do.
    return this.changes.get()! - before >= 2;
  }

  /** Forgets what a transaction that was undone had added. */
  forget(): void {
    this.numbers.clear();
    this.principals.clear();
  }

  private know(token: string): void {
    if (this.principals.has(token)) return;
    this.addPrincipal.run(token);
    this.principals.set(token, true);
  }

  private removeFound(connection: number, itemId: string): void {
    const found = this.find.get(connection, itemId);
    if (found !== undefined) this.removeId(found.id);
  }

  private removeId(id: number): void {
    this.removeWords.run(id);
    this.removeDocument.run(id);
  }

  private numberOf(key: string): number {
    const known = this.numberIfKnown(key);
    if (known !== undefined) return known;
    const number = Number(this.addConnection.run(key).lastInsertRowid);
    this.numbers.set(key, number);
    return number;
  }

  private numberIfKnown(key: string): number | undefined {
    const known = this.numbers.get(key) ?? this.findConnection.get(key)?.number;
    if (known !== undefined) this.numbers.set(key, known);
    return known;
  }
}
