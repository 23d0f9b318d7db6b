import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { FairTurns, QueueFull } from '../../../connections/result-layouts/fair-turns.js';
import type { Database } from '../../../database/database.js';
import { atOneMoment } from '../../../database/one-moment.js';
import { searchesTooMany, searchNotReady } from '../../../graph/errors/catalogue/service.js';
import {
  type IndexAnswer,
  type IndexLag,
  type IndexQuery,
  type IndexTurn,
  SearchIndex,
} from '../search-index.js';
import { PostgresIndexBuilder } from './postgres-index-builder.js';
import { PostgresSearcher } from './postgres-searcher.js';

/** Of one caller. */
const MOST_WAITING = 100;
/** Searches have so many of the pool's connections at most. */
const AT_ONCE = 3;

/** The index in a table of the database, which is written in the unit of work of the item. */
export class PostgresSearchIndex extends SearchIndex implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly turns = new FairTurns(MOST_WAITING, AT_ONCE);
  private readonly builder: PostgresIndexBuilder;

  constructor(
    database: Database,
    private readonly source: DataSource,
  ) {
    super();
    this.builder = new PostgresIndexBuilder(database);
  }

  onApplicationBootstrap(): void {
    this.builder.start();
  }

  async search(query: IndexQuery, { caller, left }: IndexTurn = { caller: '' }): Promise<IndexAnswer> {
    try {
      return await this.turns.run(caller, left, () => this.read(query));
    } catch (error) {
      throw error instanceof QueueFull ? searchesTooMany(MOST_WAITING) : error;
    }
  }

  override async lag(): Promise<IndexLag> {
    return { changes: 0, isBuilding: !(await this.builder.isComplete(this.source.manager)) };
  }

  async onModuleDestroy(): Promise<void> {
    await this.builder.close();
  }

  private async read(query: IndexQuery): Promise<IndexAnswer> {
    return atOneMoment(this.source, async (manager) => {
      if (await this.builder.isComplete(manager)) return new PostgresSearcher(manager, query).search();
      this.builder.start();
      throw searchNotReady(new Error('The index is being built.'));
    });
  }
}
