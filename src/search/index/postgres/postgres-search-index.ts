import type { Database } from '../../../database/database.js';
import { searchNotReady } from '../../../graph/errors/catalogue/service.js';
import { type IndexAnswer, SearchIndex } from '../search-index.js';

/** The index in a table of the database. */
export class PostgresSearchIndex extends SearchIndex {
  constructor(readonly database: Database) {
    super();
  }

  search(): Promise<IndexAnswer> {
    return Promise.reject(searchNotReady());
  }
}
