import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { change } from '../../database/statement.js';
import type { IndexedItem } from './document.js';
import { storeDocument } from './postgres/stored-document.js';
import { INDEX, SearchBuildEntity } from './search-build.entity.js';

const isPostgres = ({ dataSource }: EntityManager): boolean => dataSource.options.type === 'postgres';

const NOTE = 'INSERT INTO "search_change" ("connectionKey", "itemId") VALUES (?, ?)';

/** Everything else of the index can be made of the database again. */
export const requestBuild = async (manager: EntityManager): Promise<void> => {
  await manager.update(SearchBuildEntity, { name: INDEX }, { requestId: randomUUID(), position: '[]' });
};

/**
 * What those who change items say to the search index, in their unit of work. On SQLite it is noted in `search_change`, from
 * which a thread brings the index up to date; on PostgreSQL the index is a table, whose row goes with that of its item.
 */
@Injectable()
export class SearchOutbox {
  /** An item was added or changed. */
  async itemWritten(manager: EntityManager, item: IndexedItem): Promise<void> {
    if (isPostgres(manager)) await storeDocument(manager, item);
    else await change(manager, NOTE, [item.connectionKey, item.id]);
  }

  async itemRemoved(manager: EntityManager, connectionKey: string, itemId: string): Promise<void> {
    if (!isPostgres(manager)) await change(manager, NOTE, [connectionKey, itemId]);
  }

  /** A connection was removed; its items go later, and nobody says so. */
  async connectionRemoved(manager: EntityManager, connectionKey: string): Promise<void> {
    if (!isPostgres(manager)) await change(manager, NOTE, [connectionKey, null]);
  }
}
