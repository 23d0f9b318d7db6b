import { Injectable } from '@nestjs/common';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { Database } from '../database/database.js';
import { READING } from '../database/rows.js';
import { isUniqueViolation } from '../database/statement.js';
import { Table } from '../database/table.js';
import { memberAlreadyExists, memberNotFound } from '../graph/errors/catalogue/group.js';
import type { GraphVersion } from '../graph/http/request-context.js';
import type { QueryOptions } from '../graph/odata/query/options.js';
import { countRows, type Page, readPage } from '../graph/odata/query/page.js';
import { memberQuery } from './group-query.js';
import { MemberEntity } from './member.entity.js';

const LARGEST_PAGE = 100;

const MEMBERS = new Table(MemberEntity, ['groupKey', 'normalizedId']);

/** The stored members of external groups. */
@Injectable()
export class MemberRepository {
  constructor(private readonly database: Database) {}

  /** @throws memberAlreadyExists */
  async add(manager: EntityManager, member: MemberEntity): Promise<void> {
    try {
      await MEMBERS.insert(manager, member);
    } catch (error) {
      throw isUniqueViolation(error) ? memberAlreadyExists(member.id) : error;
    }
  }

  /** @throws memberNotFound */
  async remove(manager: EntityManager, groupKey: string, normalizedId: string): Promise<void> {
    if (!(await MEMBERS.delete(manager, { groupKey, normalizedId }))) throw memberNotFound();
  }

  page(groupKey: string, version: GraphVersion, options: QueryOptions): Promise<Page<MemberEntity>> {
    return readPage(this.of(groupKey), options, memberQuery(version), LARGEST_PAGE, READING);
  }

  count(groupKey: string, version: GraphVersion, options: QueryOptions): Promise<number> {
    return countRows(this.of(groupKey), options, memberQuery(version), READING);
  }

  find(groupKey: string, normalizedId: string): Promise<MemberEntity | null> {
    return MEMBERS.find(this.database.read, { groupKey, normalizedId });
  }

  private of(groupKey: string): SelectQueryBuilder<MemberEntity> {
    return this.database.read
      .createQueryBuilder(MemberEntity, 'member')
      .where('member.groupKey = :groupKey', { groupKey });
  }
}
