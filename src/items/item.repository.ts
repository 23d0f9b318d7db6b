import { Injectable } from '@nestjs/common';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { Database } from '../database/database.js';
import { READING } from '../database/rows.js';
import { change } from '../database/statement.js';
import { Table } from '../database/table.js';
import type { QueryOptions } from '../graph/odata/query/options.js';
import { bytesOf, countRows, type Page, readPage } from '../graph/odata/query/page.js';
import { ACTIVITY_QUERY } from './activities/activity-query.js';
import { ActivityEntity } from './activities/activity.entity.js';
import type { FoundItem, ItemKey } from './found-item.js';
import { ITEM_QUERY } from './item-query.js';
import { ItemEntity } from './item.entity.js';

type ActivityKey = Pick<ActivityEntity, 'connectionKey' | 'itemId' | 'id'>;

const LARGEST_PAGE = 100;
/** An item may have 4 MB, so a page of a hundred is limited by its bytes, too. */
const BYTES = bytesOf('item', ['acl', 'properties', 'contentValue']);

const BYTES_WITHOUT_CONTENT = bytesOf('item', ['acl', 'properties']);

/** The last id again and again, so that lists of nearly as many ids have one statement, which is prepared once. */
function padded(ids: readonly string[]): string[] {
  const size = 2 ** Math.ceil(Math.log2(ids.length));
  return [...ids, ...Array.from({ length: size - ids.length }, () => ids.at(-1)!)];
}

const ITEMS = new Table(ItemEntity, ['connectionKey', 'id']);
const ACTIVITIES = new Table(ActivityEntity, ['connectionKey', 'itemId', 'id']);
const DELETE_ACTIVITIES = `DELETE FROM "external_activity" WHERE "connectionKey" = ? AND "itemId" = ?`;

/** The stored items and their activities. */
@Injectable()
export class ItemRepository {
  constructor(private readonly database: Database) {}

  find({ connectionKey, id }: ItemKey): Promise<ItemEntity | null> {
    return ITEMS.find(this.database.read, { connectionKey, id });
  }

  lockForUpdate(manager: EntityManager, { connectionKey, id }: ItemKey): Promise<ItemEntity | null> {
    return ITEMS.lockForUpdate(manager, { connectionKey, id });
  }

  lockShared(manager: EntityManager, { connectionKey, id }: ItemKey): Promise<ItemEntity | null> {
    return ITEMS.lockShared(manager, { connectionKey, id });
  }

  /** Whether the item was added: false if there is an item of this id already. */
  add(manager: EntityManager, item: ItemEntity): Promise<boolean> {
    return ITEMS.insertIfMissing(manager, item);
  }

  replace(manager: EntityManager, item: ItemEntity): Promise<void> {
    return ITEMS.replace(manager, item);
  }

  /** Deletes an item with its activities. @returns whether there was such an item */
  async remove(manager: EntityManager, { connectionKey, id }: ItemKey): Promise<boolean> {
    if (!(await ITEMS.delete(manager, { connectionKey, id }))) return false;
    await change(manager, DELETE_ACTIVITIES, [connectionKey, id]);
    return true;
  }

  addActivity(manager: EntityManager, activity: ActivityEntity): Promise<void> {
    return ACTIVITIES.insert(manager, activity);
  }

  /** How many bytes some items of a connection have without their contents, by their ids; of those that there are. */
  async lengths(connectionKey: string, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const rows = await this.amongst(connectionKey, ids)
      .select('item.id', 'id')
      .addSelect(BYTES_WITHOUT_CONTENT, 'bytes')
      .getRawMany<{ id: string; bytes: number }>();
    return new Map(rows.map(({ id, bytes }) => [id, bytes]));
  }

  /** Some items of a connection, those that there are, with so many characters of their contents. */
  several(connectionKey: string, ids: readonly string[], characters: number): Promise<FoundItem[]> {
    const query = this.amongst(connectionKey, ids)
      .select(['item.connectionKey', 'item.id', 'item.acl', 'item.properties', 'item.contentType'])
      .addSelect('substr(item.contentValue, 1, :characters)', 'item_contentValue')
      .setParameters({ characters });
    return READING.rowsOf(query);
  }

  page(connectionKey: string, options: QueryOptions): Promise<Page<ItemEntity>> {
    return readPage(this.of(connectionKey), options, ITEM_QUERY, LARGEST_PAGE, READING, BYTES);
  }

  count(connectionKey: string, options: QueryOptions): Promise<number> {
    return countRows(this.of(connectionKey), options, ITEM_QUERY, READING);
  }

  activity({ connectionKey, itemId, id }: ActivityKey): Promise<ActivityEntity | null> {
    return ACTIVITIES.find(this.database.read, { connectionKey, itemId, id });
  }

  activities(item: ItemKey, options: QueryOptions): Promise<Page<ActivityEntity>> {
    return readPage(this.activitiesOf(item), options, ACTIVITY_QUERY, LARGEST_PAGE, READING);
  }

  countActivities(item: ItemKey, options: QueryOptions): Promise<number> {
    return countRows(this.activitiesOf(item), options, ACTIVITY_QUERY, READING);
  }

  private amongst(connectionKey: string, ids: readonly string[]): SelectQueryBuilder<ItemEntity> {
    return this.of(connectionKey).andWhere('item.id IN (:...ids)', { ids: padded(ids) });
  }

  private of(connectionKey: string): SelectQueryBuilder<ItemEntity> {
    return this.database.read
      .createQueryBuilder(ItemEntity, 'item')
      .where('item.connectionKey = :connectionKey', { connectionKey });
  }

  private activitiesOf({ connectionKey, id }: ItemKey): SelectQueryBuilder<ActivityEntity> {
    return this.database.read
      .createQueryBuilder(ActivityEntity, 'activity')
      .where('activity.connectionKey = :connectionKey AND activity.itemId = :itemId', {
        connectionKey,
        itemId: id,
      });
  }
}
