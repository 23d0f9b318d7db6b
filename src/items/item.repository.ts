import { Injectable } from '@nestjs/common';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { Database } from '../database/database.js';
import { READING } from '../database/rows.js';
import { PreparedChange, PreparedFind, PreparedInsert, PreparedReplace } from '../database/prepared.js';
import type { QueryOptions } from '../graph/odata/query/options.js';
import { bytesOf, countRows, type Page, readPage } from '../graph/odata/query/page.js';
import { ACTIVITY_QUERY } from './activities/activity-query.js';
import { ActivityEntity } from './activities/activity.entity.js';
import { ITEM_QUERY } from './item-query.js';
import { ItemEntity } from './item.entity.js';

type ItemKey = Pick<ItemEntity, 'connectionKey' | 'id'>;
type ActivityKey = Pick<ActivityEntity, 'connectionKey' | 'itemId' | 'id'>;

const LARGEST_PAGE = 100;
/** An item may have 4 MB, so a hundred of them may be more than can be carried. */
const BYTES = bytesOf('item', ['acl', 'properties', 'contentValue']);

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

  page(connectionKey: string, options: QueryOptions): Promise<Page<ItemEntity>> {
    return readPage(this.of(connectionKey), options, ITEM_QUERY, LARGEST_PAGE, READING, BYTES);
  }

  count(connectionKey: string, options: QueryOptions): Promise<number> {
    return countRows(this.of(connectionKey), options, ITEM_QUERY, READING);
  }

  activity({ connectionKey, itemId, id }: ActivityKey): Promise<ActivityEntity | null> {
    return findActivity.one(this.database.read, { connectionKey, itemId, id });
  }

  activities(item: ItemKey, options: QueryOptions): Promise<Page<ActivityEntity>> {
    return readPage(this.activitiesOf(item), options, ACTIVITY_QUERY, LARGEST_PAGE, READING);
  }

  countActivities(item: ItemKey, options: QueryOptions): Promise<number> {
    return countRows(this.activitiesOf(item), options, ACTIVITY_QUERY, READING);
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
