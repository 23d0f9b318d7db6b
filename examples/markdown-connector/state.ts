import { createHash } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Complaint } from './complaint.js';
import type { Settings } from './settings.js';

const SAVED_EVERY_MS = 1000;

/** Null: the item may be there or not, in the version before or in the new one. */
type Fingerprint = string | null;

/**
 * What the connector knows of the items in its connection; Microsoft Graph has no list of them. The file is never behind:
 * what is about to change is marked as unsure before the first request, so a run that is killed at any moment leaves
 * a state in which every item that may be there is named.
 */
export class State {
  private savedAt = 0;

  private constructor(
    private readonly file: string,
    private readonly items: Map<string, Fingerprint>,
  ) {}

  /** The state that a run before has left; undefined where there is none. */
  static load(settings: Settings): State | undefined {
    const file = fileOf(settings);
    try {
      return new State(file, new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as object)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new Complaint(`${file} cannot be read: ${(error as Error).message}. Remove it to start anew.`);
    }
  }

  /** The state of a connection that has no items. */
  static ofEmptyConnection(settings: Settings): State {
    const state = new State(fileOf(settings), new Map());
    state.save();
    return state;
  }

  get ids(): string[] {
    return [...this.items.keys()];
  }

  has(id: string, fingerprint: string): boolean {
    return this.items.get(id) === fingerprint;
  }

  /** To be called before the first of these items is written or deleted. */
  expectChanges(ids: readonly string[]): void {
    for (const id of ids) this.items.set(id, null);
    this.save();
  }

  written(id: string, fingerprint: string): void {
    this.items.set(id, fingerprint);
    this.saveSometimes();
  }

  deleted(id: string): void {
    this.items.delete(id);
    this.saveSometimes();
  }

  /** Whole or not at all: written beside the old file, flushed, and put into its place. */
  save(): void {
    const draft = `${this.file}.new`;
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(draft, JSON.stringify(Object.fromEntries(this.items), undefined, 1), { flush: true });
    renameSync(draft, this.file);
    flushFolder(dirname(this.file));
    this.savedAt = Date.now();
  }

  /** A file that is a second old costs a second of work again after a crash, and nothing else. */
  private saveSometimes(): void {
    if (Date.now() - this.savedAt >= SAVED_EVERY_MS) this.save();
  }
}

/** Each connection of each tenant on each server has a file of its own. */
function fileOf({ stateDir, graphUrl, tenant, connectionId }: Settings): string {
  const where = createHash('sha256').update(`${graphUrl} ${tenant.toLowerCase()}`).digest('hex').slice(0, 8);
  return join(stateDir, `${connectionId.toLowerCase()}-${where}.json`);
}

/** So that the new name of the file survives a power cut; Windows has no such call, and needs none. */
function flushFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}
