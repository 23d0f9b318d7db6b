import { Injectable } from '@nestjs/common';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import type { ChildTable } from '../connections/removal/connection-children.js';
import { Database } from '../database/database.js';
import { PreparedChange, PreparedFind, PreparedInsert } from '../database/prepared.js';
import { READING } from '../database/rows.js';
import { isUniqueViolation } from '../database/unique-violation.js';
import { memberAlreadyExists, memberNotFound } from '../graph/errors/catalogue/group.js';
import type { GraphVersion } from '../graph/http/request-context.js';
import type { QueryOptions } from '../graph/odata/query/options.js';
import { countRows, type Page, readPage } from '../graph/odata/query/page.js';
import { memberQuery } from './group-query.js';
import { MemberEntity } from './member.entity.js';

const LARGEST_PAGE = 100;

const findMember = new PreparedFind(MemberEntity, ['groupKey', 'normalizedId']);
const insertMember = new PreparedInsert(MemberEntity);
const deleteMember = new PreparedChange(
  (manager) =>
    manager
      .createQueryBuilder()
      .delete()
      .from(MemberEntity)
      .where('"groupKey" = :groupKey AND "normalizedId" = :normalizedId'),
  ['groupKey', 'normalizedId'],
);

/** The stored members of external groups. */
@Injectable()
export class MemberRepository {
  constructor(private readonly database: Database) {}

  /** @throws memberAlreadyExists */
  async add(manager: EntityManager, member: MemberEntity): Promise<void> {
    try {
      await insertMember.run(manager, member);
    } catch (error) {
      throw isUniqueViolation(error) ? memberAlreadyExists(member.id) : error;
    }
  }

  /** @throws memberNotFound */
  async remove(manager: EntityManager, groupKey: string, normalizedId: string): Promise<void> {
    if ((await deleteMember.run(manager, { groupKey, normalizedId })) === 0) throw memberNotFound();
  }

  page(groupKey: string, version: GraphVersion, options: QueryOptions): Promise<Page<MemberEntity>> {
    return readPage(this.of(groupKey), options, memberQuery(version), LARGEST_PAGE, READING);
  }

  count(groupKey: string, version: GraphVersion, options: QueryOptions): Promise<number> {
    return countRows(this.of(groupKey), options, memberQuery(version), READING);
  }

  find(groupKey: string, normalizedId: string): Promise<MemberEntity | null> {
    return findMember.one(this.database.read, { groupKey, normalizedId });
  }

  private of(groupKey: string): SelectQueryBuilder<MemberEntity> {
    return this.database.read
      .createQueryBuilder(MemberEntity, 'member')
      .where('member.groupKey = :groupKey', { groupKey });
  }
}

/** The members of one group, which go when it goes. */
export const MEMBERS_OF_GROUP: ChildTable = {
  entity: MemberEntity,
  owner: 'groupKey',
  keys: ['normalizedId'],
};
