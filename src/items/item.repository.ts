import { Injectable } from '@nestjs/common';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { Database } from '../database/database.js';
import { rowsOf } from '../database/rows.js';
import { PreparedChange, PreparedFind, PreparedInsert, PreparedReplace } from '../database/prepared.js';
import type { QueryOptions } from '../graph/odata/query/options.js';
import { bytesOf, countRows, type Page, readPage } from '../graph/odata/query/page.js';
import { ACTIVITY_QUERY } from './activities/activity-query.js';
import { ActivityEntity } from './activities/activity.entity.js';
import type { FoundItem, ItemKey } from './found-item.js';
import { ITEM_QUERY } from './item-query.js';
import { ItemEntity } from './item.entity.js';

type ActivityKey = Pick<ActivityEntity, 'connectionKey' | 'itemId' | 'id'>;

const LARGEST_PAGE = 100;
/** An item may have 4 MB, so a hundred of them may be more than can be carried. */
const BYTES = bytesOf('item', ['acl', 'properties', 'contentValue']);

const BYTES_WITHOUT_CONTENT = bytesOf('item', ['acl', 'properties']);

/** The last id again and again, so that lists of nearly as many ids have one statement, which is prepared once. */
function padded(ids: readonly string[]): string[] {
  const size = 2 ** Math.ceil(Math.log2(ids.length));
  return [...ids, ...Array.from({ length: size - ids.length }, () => ids.at(-1)!)];
}

const findItem = new PreparedFind(ItemEntity, ['connectionKey', 'id']);
const insertItem = new PreparedInsert(ItemEntity, true);
const replaceItem = new PreparedReplace(ItemEntity);
const deleteItem = new PreparedChange(
  (manager) =>
    manager
      .createQueryBuilder()
      .delete()
      .from(ItemEntity)
      .where('"connectionKey" = :connectionKey AND "id" = :id'),
  ['connectionKey', 'id'],
);

const findActivity = new PreparedFind(ActivityEntity, ['connectionKey', 'itemId', 'id']);
const insertActivity = new PreparedInsert(ActivityEntity);
const deleteActivities = new PreparedChange(
  (manager) =>
    manager
      .createQueryBuilder()
      .delete()
      .from(ActivityEntity)
      .where('"connectionKey" = :connectionKey AND "itemId" = :itemId'),
  ['connectionKey', 'itemId'],
);

/** The stored items, and what was done with them. */
@Injectable()
export class ItemRepository {
  constructor(private readonly database: Database) {}

  find({ connectionKey, id }: ItemKey): Promise<ItemEntity | null> {
    return findItem.one(this.database.read, { connectionKey, id });
  }

  locked(manager: EntityManager, { connectionKey, id }: ItemKey): Promise<ItemEntity | null> {
    return findItem.locked(manager, { connectionKey, id });
  }

  shared(manager: EntityManager, { connectionKey, id }: ItemKey): Promise<ItemEntity | null> {
    return findItem.shared(manager, { connectionKey, id });
  }

  /** Whether the item was added: false where another of this id was there first. */
  add(manager: EntityManager, item: ItemEntity): Promise<boolean> {
    return insertItem.run(manager, item);
  }

  replace(manager: EntityManager, item: ItemEntity): Promise<void> {
    return replaceItem.run(manager, item);
  }

  /** Takes an item away, and its activities; whether there was such an item. */
  async remove(manager: EntityManager, { connectionKey, id }: ItemKey): Promise<boolean> {
    if ((await deleteItem.run(manager, { connectionKey, id })) === 0) return false;
    await deleteActivities.run(manager, { connectionKey, itemId: id });
    return true;
  }

  async addActivity(manager: EntityManager, activity: ActivityEntity): Promise<void> {
    await insertActivity.run(manager, activity);
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
    return rowsOf(query);
  }

  page(connectionKey: string, options: QueryOptions): Promise<Page<ItemEntity>> {
    return readPage(this.of(connectionKey), options, ITEM_QUERY, LARGEST_PAGE, rowsOf, BYTES);
  }

  count(connectionKey: string, options: QueryOptions): Promise<number> {
    return countRows(this.of(connectionKey), options, ITEM_QUERY);
  }

  activity({ connectionKey, itemId, id }: ActivityKey): Promise<ActivityEntity | null> {
    return findActivity.one(this.database.read, { connectionKey, itemId, id });
  }

  activities(item: ItemKey, options: QueryOptions): Promise<Page<ActivityEntity>> {
    return readPage(this.activitiesOf(item), options, ACTIVITY_QUERY, LARGEST_PAGE, rowsOf);
  }

  countActivities(item: ItemKey, options: QueryOptions): Promise<number> {
    return countRows(this.activitiesOf(item), options, ACTIVITY_QUERY);
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
