import type { IndexAnswer, IndexQuery } from '../search-index.js';

/** What both threads are started with. */
export interface IndexPaths {
  readonly database: string;
  readonly index: string;
}

/** To the thread that writes the index. */
export type IndexerRequest =
  /** To be answered when everything is in the index that was committed before. */
  | { readonly kind: 'reach' }
  /** The file is damaged: the reader of this file says so. */
  | { readonly kind: 'discard'; readonly file: string };

/** Whether the index is as current as was asked for, and which file it is; or why it cannot be. */
export type Reached =
  { readonly isReady: true; readonly file: string } | { readonly isReady: false; readonly why: string };

/** What the thread that writes the index tells without being asked. */
export interface IndexerNotice {
  /** Changes up to this one are in the index, on disk. */
  readonly applied: number;
  /** How many are not. */
  readonly behind: number;
  /** The index is built anew. */
  readonly isBuilding: boolean;
  /** Why nothing can be written. */
  readonly failure?: string;
}

/** To the thread that reads the index. */
export interface ReaderRequest {
  /** As `Reached` named it. */
  readonly file: string;
  readonly query: IndexQuery;
}

export type ReaderAnswer =
  | { readonly kind: 'answer'; readonly answer: IndexAnswer }
  | { readonly kind: 'damaged' | 'unreadable' | 'failed'; readonly why: string };
