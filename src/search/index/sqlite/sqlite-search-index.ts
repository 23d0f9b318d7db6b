import { availableParallelism } from 'node:os';
import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { FairTurns, QueueFull } from '../../../connections/result-layouts/fair-turns.js';
import { searchesTooMany, searchNotReady } from '../../../graph/errors/catalogue/service.js';
import {
  type IndexAnswer,
  type IndexLag,
  type IndexQuery,
  type IndexTurn,
  SearchIndex,
} from '../search-index.js';
import type {
  IndexerNotice,
  IndexerRequest,
  IndexPaths,
  Reached,
  ReaderAnswer,
  ReaderRequest,
} from './messages.js';
import type { OutboxTrimmer } from './outbox-trimmer.js';
import { SearchThread } from './search-thread.js';

/** Threads that search. */
const READERS = Math.min(2, availableParallelism());
/** Of one caller. */
const MOST_WAITING = 100;

/** A program that ends at once needs no thread; whoever searches does not wait for it. */
const START_MS = 1_000;

/**
 * The index in a file beside the database. One thread brings it up to date, others search it, so that neither writes
 * nor other requests wait for any. A search begins when the index has everything that was committed before it came.
 */
export class SqliteSearchIndex extends SearchIndex implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger('Search');
  private readonly turns = new FairTurns(MOST_WAITING, READERS);
  private readonly indexer: SearchThread<IndexerRequest, Reached, IndexerNotice>;
  private readonly readers: readonly SearchThread<ReaderRequest, ReaderAnswer>[];
  /** Those that nobody asks at the moment: as many as there are turns to have. */
  private readonly free: SearchThread<ReaderRequest, ReaderAnswer>[];
  private starting?: NodeJS.Timeout;
  private state: IndexerNotice = { applied: 0, behind: 0, isBuilding: true };

  constructor(
    paths: IndexPaths,
    private readonly trimmer: OutboxTrimmer,
  ) {
    super();
    this.indexer = new SearchThread(
      new URL('./indexer-worker', import.meta.url),
      paths,
      (notice) => this.noted(notice),
      () => this.startIn(START_MS),
    );
    this.readers = Array.from(
      { length: READERS },
      () => new SearchThread(new URL('./reader-worker', import.meta.url), paths),
    );
    this.free = [...this.readers];
  }

  override lag(): Promise<IndexLag> {
    return Promise.resolve({ changes: this.state.behind, isBuilding: this.state.isBuilding });
  }

  onApplicationBootstrap(): void {
    this.startIn(START_MS);
  }

  async search(query: IndexQuery, { caller, left }: IndexTurn = { caller: '' }): Promise<IndexAnswer> {
    const file = await this.reached();
    try {
      return await this.turns.run(caller, left, () => this.read({ file, query }));
    } catch (error) {
      throw error instanceof QueueFull ? searchesTooMany(MOST_WAITING) : error;
    }
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.starting);
    await Promise.all([this.indexer, ...this.readers, this.trimmer].map((part) => part.close()));
  }

  private startIn(ms: number): void {
    this.starting = setTimeout(() => this.indexer.start(), ms).unref();
  }

  /** The file that has all that was committed before. @throws searchNotReady */
  private async reached(): Promise<string> {
    const reached = await this.indexer.ask({ kind: 'reach' }).catch((error: unknown) => {
      throw searchNotReady(error);
    });
    if (!reached.isReady) throw searchNotReady(new Error(reached.why));
    return reached.file;
  }

  private async read(request: ReaderRequest): Promise<IndexAnswer> {
    const answer = await this.ask(request);
    if (answer.kind === 'answer') return answer.answer;
    if (answer.kind === 'failed') throw new Error(`A search failed: ${answer.why}`);
    this.log.warn(`The search index cannot be read: ${answer.why}`);
    // A file that is damaged is built anew.
    if (answer.kind === 'damaged')
      void this.indexer.ask({ kind: 'discard', file: request.file }).catch(() => {});
    throw searchNotReady(new Error(answer.why));
  }

  private async ask(request: ReaderRequest): Promise<ReaderAnswer> {
    const reader = this.free.pop()!;
    try {
      return await reader.ask(request);
    } catch (error) {
      throw searchNotReady(error);
    } finally {
      this.free.push(reader);
    }
  }

  private noted(notice: IndexerNotice): void {
    const { failure, isBuilding } = notice;
    if (failure !== undefined && failure !== this.state.failure)
      this.log.warn(`The search index cannot be written; it catches up when it can be: ${failure}`);
    if (isBuilding && !this.state.isBuilding) this.log.log('The search index is built anew.');
    if (!isBuilding && this.state.isBuilding) this.log.log('The search index is complete.');
    this.state = notice;
    this.trimmer.trim(notice.applied);
  }
}
