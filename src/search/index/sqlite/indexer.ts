import type Sqlite from 'better-sqlite3';
import { DocumentStore } from './document-store.js';
import type { Change, ChangedItems } from './changed-items.js';
import {
  createTables,
  identityOf,
  type IndexState,
  isDamage,
  openIndexFile,
  removeIndexFile,
  stateOf,
  storeState,
} from './index-file.js';

/** How far the index is after a step. */
export interface Progress {
  readonly applied: number;
  /** The newest change of the database when the step began. */
  readonly newest: number;
  readonly isBuilding: boolean;
  /** Whether there is more to do at once. */
  readonly isBusy: boolean;
}

/** Of a connection that is gone, in one step. */
const REMOVED_AT_ONCE = 200;

/** So many items, and this part of all, are written before the index is merged: merging reads and writes all of it. */
const LEAST_MERGED = 100;
const PART_MERGED = 0.05;

interface OpenIndex {
  readonly file: Sqlite.Database;
  readonly identity: string;
  readonly store: DocumentStore;
  state: IndexState;
}

/**
 * Brings the index file to what the database has, in steps: what changed since the last one, and while the index is built
 * anew, a slice of all items as well. The file holds how far it is, in the same transaction as the items, so that a step that
 * is cut off has never been. A file that is missing, damaged, of another format, or that lacks changes which the database
 * no longer lists, is built anew; so is one that was not finished.
 */
export class Indexer {
  private open?: OpenIndex;
  /** The last row that was read of all items. */
  private position = 0;
  private isMerging = false;
  private readonly goneConnections = new Set<string>();

  constructor(
    private readonly path: string,
    private readonly items: ChangedItems,
  ) {}

  /** The file that is written; undefined before the first step. */
  get file(): string | undefined {
    return this.open?.identity;
  }

  /** @throws what SQLite says while the file cannot be written; the next step begins anew */
  step(): Progress {
    const { newest, build } = this.items.now();
    const index = this.current(build, newest);
    // Another program may write the file as well.
    index.state = this.guarded(index, () => stateOf(index.file) ?? index.state);
    const changes = this.items.after(index.state.applied);
    const applied = changes.at(-1)?.sequence ?? index.state.applied;
    // Changes have numbers without gaps: some are gone before they were seen, or the database is an older one.
    if (changes.length > 0 ? changes[0]!.sequence > index.state.applied + 1 : newest !== applied)
      return this.progress(this.anew(build, newest), newest, true);
    const isBusy = this.guarded(
      index,
      () => this.apply(index, changes, applied) || (applied === newest && this.merge(index)),
    );
    return this.progress(index, newest, isBusy || applied < newest);
  }

  /** Throws the file away, unless another one has taken its place. */
  discard(identity: string): void {
    if (this.open?.identity !== identity) return;
    this.close();
    removeIndexFile(this.path);
  }

  close(): void {
    this.open?.file.close();
    this.open = undefined;
    this.isMerging = false;
  }

  /** Does something with the file, which is thrown away if it is damaged. */
  private guarded<T>(index: OpenIndex, work: () => T): T {
    try {
      return work();
    } catch (error) {
      index.store.forget();
      if (isDamage(error)) this.discard(index.identity);
      throw error;
    }
  }

  private apply(index: OpenIndex, changes: readonly Change[], applied: number): boolean {
    const { file, store, state } = index;
    const slice = state.complete ? undefined : this.items.slice(this.position);
    const removal = [...this.goneConnections][0];
    const work = { changes: this.items.read(changes), slice };
    if (changes.length === 0 && slice === undefined && removal === undefined) return false;
    const complete = state.complete || slice!.items.length === 0;
    const unmerged = state.unmerged + work.changes.length + (slice?.items.length ?? 0);
    const hasMore = file.transaction(() => {
      for (const item of work.slice?.items ?? []) store.put(item);
      for (const { connectionKey, itemId, item, connectionIsGone } of work.changes) {
        if (connectionIsGone) this.goneConnections.add(connectionKey);
        else if (item !== undefined) store.put(item);
        else if (itemId !== null) store.remove(connectionKey, itemId);
      }
      storeState(file, { applied, complete, unmerged });
      return removal !== undefined && store.removeSlice(removal, REMOVED_AT_ONCE);
    })();
    if (removal !== undefined && !hasMore) this.goneConnections.delete(removal);
    this.position = slice?.position ?? this.position;
    index.state = { ...state, applied, complete, unmerged };
    return !complete || this.goneConnections.size > 0;
  }

  /** With nothing else to do: a step of merging, once enough was written for it; whether there is more to do. */
  private merge({ file, store, state }: OpenIndex): boolean {
    if (!this.isMerging) {
      if (state.unmerged < LEAST_MERGED || state.unmerged < store.size * PART_MERGED) return false;
      this.isMerging = true;
      storeState(file, { unmerged: 0 });
      return store.merge(true);
    }
    this.isMerging = store.merge(false);
    return this.isMerging;
  }

  private current(build: string, newest: number): OpenIndex {
    const identity = identityOf(this.path);
    if (this.open !== undefined && (identity === undefined || this.open.identity !== identity)) this.close();
    if (this.open === undefined) {
      if (identity === undefined) return this.anew(build, newest);
      try {
        const file = openIndexFile(this.path, false);
        const state = this.stateOrClose(file);
        if (state === undefined || !state.complete) return this.anew(build, newest);
        this.open = { file, identity, state, store: new DocumentStore(file) };
        this.lookForGoneConnections(file);
      } catch (error) {
        if (isDamage(error)) removeIndexFile(this.path);
        throw error;
      }
    }
    return this.open.state.build === build ? this.open : this.anew(build, newest);
  }

  /** Their removal may have been cut off. */
  private lookForGoneConnections(file: Sqlite.Database): void {
    const there = this.items.connections();
    const indexed = file.prepare<[], { key: string }>('SELECT "key" FROM "connection"').all();
    this.goneConnections.clear();
    for (const { key } of indexed) if (!there.has(key)) this.goneConnections.add(key);
  }

  private stateOrClose(file: Sqlite.Database): IndexState | undefined {
    try {
      const state = stateOf(file);
      if (state?.complete !== true) file.close();
      return state;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  private anew(build: string, newest: number): OpenIndex {
    this.close();
    removeIndexFile(this.path);
    this.position = 0;
    this.goneConnections.clear();
    const file = openIndexFile(this.path, false);
    try {
      const state = { applied: newest, build, complete: false, unmerged: 0 };
      createTables(file, state);
      this.open = { file, identity: identityOf(this.path)!, state, store: new DocumentStore(file) };
      return this.open;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  private progress({ state }: OpenIndex, newest: number, isBusy: boolean): Progress {
    return { applied: state.applied, newest, isBuilding: !state.complete, isBusy };
  }
}
