import { Injectable } from '@nestjs/common';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { Database } from '../database/database.js';
import { READING } from '../database/rows.js';
import { isUniqueViolation } from '../database/statement.js';
import { Table } from '../database/table.js';
import { groupAlreadyExists } from '../graph/errors/catalogue/group.js';
import type { QueryOptions } from '../graph/odata/query/options.js';
import { bytesOf, countRows, type Page, readPage } from '../graph/odata/query/page.js';
import { GROUP_QUERY } from './group-query.js';
import { GroupEntity } from './group.entity.js';

const LARGEST_PAGE = 100;
/** No document limits either. */
const BYTES = bytesOf('externalGroup', ['displayName', 'description']);

const GROUPS = new Table(GroupEntity, ['connectionKey', 'id']);

/** The stored external groups. */
@Injectable()
export class GroupRepository {
  constructor(private readonly database: Database) {}

  /** @throws groupAlreadyExists */
  async add(manager: EntityManager, group: GroupEntity): Promise<void> {
    try {
      await GROUPS.insert(manager, group);
    } catch (error) {
      throw isUniqueViolation(error) ? groupAlreadyExists(group.id) : error;
    }
  }

  find(connectionKey: string, id: string): Promise<GroupEntity | null> {
    return GROUPS.find(this.database.read, { connectionKey, id });
  }

  lockForUpdate(manager: EntityManager, connectionKey: string, id: string): Promise<GroupEntity | null> {
    return GROUPS.lockForUpdate(manager, { connectionKey, id });
  }

  lockShared(manager: EntityManager, connectionKey: string, id: string): Promise<GroupEntity | null> {
    return GROUPS.lockShared(manager, { connectionKey, id });
  }

  change(manager: EntityManager, group: GroupEntity): Promise<void> {
    return GROUPS.replace(manager, group);
  }

  async remove(manager: EntityManager, { connectionKey, id }: GroupEntity): Promise<void> {
    await GROUPS.delete(manager, { connectionKey, id });
  }

  page(connectionKey: string, options: QueryOptions): Promise<Page<GroupEntity>> {
    return readPage(this.of(connectionKey), options, GROUP_QUERY, LARGEST_PAGE, READING, BYTES);
  }

  count(connectionKey: string, options: QueryOptions): Promise<number> {
    return countRows(this.of(connectionKey), options, GROUP_QUERY, READING);
  }

  private of(connectionKey: string): SelectQueryBuilder<GroupEntity> {
    return this.database.read
      .createQueryBuilder(GroupEntity, 'externalGroup')
      .where('externalGroup.connectionKey = :connectionKey', { connectionKey });
  }
}
