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
import { ITEM_QUERY } from './item-query.js';
import { ItemEntity } from './item.entity.js';

type ItemKey = Pick<ItemEntity, 'connectionKey' | 'id'>;
type ActivityKey = Pick<ActivityEntity, 'connectionKey' | 'itemId' | 'id'>;

const LARGEST_PAGE = 100;
/** An item may have 4 MB, so a page of a hundred is limited by its bytes, too. */
const BYTES = bytesOf('item', ['acl', 'properties', 'contentValue']);

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
