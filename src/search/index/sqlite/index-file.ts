import { chmodSync, closeSync, existsSync, openSync, rmSync, statSync } from 'node:fs';
import type Sqlite from 'better-sqlite3';
import { sqliteDriver } from '../../../database/sqlite/sqlite-driver.js';
import { PLACES } from './near.js';

/** Changes with each change of what stands in the file: a file of another format is built anew. */
const FORMAT = 2;

const BUSY_TIMEOUT_MS = 5_000;
const CACHE_KIBIBYTES = 65_536;
const CHECKPOINT_PAGES = 8_000;

/**
 * The full-text table keeps no text: it finds rows, and `document` says which items they are. Its `breaks` are the places in
 * `properties`, as JSON, that divide two elements; null without any. `principal` has each token by
 * which any item was ever granted or denied: a query leaves out all others, which would cost as much as these.
 */
const TABLES = `
  CREATE TABLE "state" ("name" TEXT PRIMARY KEY, "value") WITHOUT ROWID;
  CREATE TABLE "connection" ("number" INTEGER PRIMARY KEY, "key" TEXT NOT NULL UNIQUE);
  CREATE TABLE "document" (
    "id" INTEGER PRIMARY KEY, "connection" INTEGER NOT NULL, "itemId" TEXT NOT NULL, "values" TEXT NOT NULL,
    "breaks" TEXT);
  CREATE TABLE "principal" ("token" TEXT PRIMARY KEY) WITHOUT ROWID;
  CREATE UNIQUE INDEX "document_item" ON "document" ("connection", "itemId");
  CREATE VIRTUAL TABLE "words" USING fts5(
    "scope", "content", "properties", content='', contentless_delete=1, tokenize='ascii', detail=full);
`;

/** What the index file says of itself. */
export interface IndexState {
  /** The last change of the database that is in the index. */
  readonly applied: number;
  /** Which request to build the index it has followed. */
  readonly build: string;
  /** Whether every item has been read since. */
  readonly complete: boolean;
  /** How many items were written since the parts of the full-text table were merged to one. */
  readonly unmerged: number;
}

export function openIndexFile(path: string, readonly: boolean): Sqlite.Database {
  if (!readonly) forOwnerAlone(path);
  const file = new (sqliteDriver())(path, { readonly, fileMustExist: readonly, timeout: BUSY_TIMEOUT_MS });
  try {
    file.pragma(`cache_size = -${CACHE_KIBIBYTES}`);
    if (readonly) {
      file.exec(PLACES);
      return file;
    }
    file.pragma('journal_mode = WAL');
    // What the outbox no longer has must be on disk here.
    file.pragma('synchronous = FULL');
    file.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** SQLite gives the files beside it the mode of the database. */
function forOwnerAlone(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
  for (const file of [path, `${path}-wal`, `${path}-shm`]) if (existsSync(file)) chmodSync(file, 0o600);
}

export function removeIndexFile(path: string): void {
  for (const file of [path, `${path}-wal`, `${path}-shm`]) rmSync(file, { force: true });
}

/** Tells a file from the one that takes its place. */
export const identityOf = (path: string): string | undefined => {
  const found = statSync(path, { throwIfNoEntry: false });
  return found && `${found.dev} ${found.ino}`;
};

/** Undefined where the file holds no index of this format. */
export function stateOf(file: Sqlite.Database): IndexState | undefined {
  if (file.pragma('user_version', { simple: true }) !== FORMAT) return undefined;
  const rows = file.prepare<[], { name: string; value: unknown }>('SELECT * FROM "state"').all();
  const { applied, build, complete, unmerged } = Object.fromEntries(
    rows.map(({ name, value }) => [name, value]),
  );
  return {
    applied: applied as number,
    build: build as string,
    complete: complete === 1,
    unmerged: unmerged as number,
  };
}

export function createTables(file: Sqlite.Database, state: IndexState): void {
  file.transaction(() => {
    file.exec(TABLES);
    storeState(file, state);
    file.pragma(`user_version = ${FORMAT}`);
  })();
}

export function storeState(file: Sqlite.Database, state: Partial<IndexState>): void {
  const store = file.prepare('INSERT OR REPLACE INTO "state" VALUES (?, ?)');
  for (const [name, value] of Object.entries(state))
    store.run(name, typeof value === 'boolean' ? Number(value) : value);
}

/**
 * Whether what SQLite says of the index file means that it is no index any more. That a table is missing, SQLite and FTS5 say
 * in words alone.
 */
export function isDamage(error: unknown): boolean {
  const { code = '', message } = error as { code?: string; message: string };
  return /^SQLITE_(CORRUPT|NOTADB)/.test(code) || /^no such table|^vtable constructor failed/.test(message);
}
