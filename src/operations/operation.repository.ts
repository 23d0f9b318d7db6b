import { Injectable } from '@nestjs/common';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';
import { Database } from '../database/database.js';
import { READING } from '../database/rows.js';
import { Table } from '../database/table.js';
import type { QueryOptions } from '../graph/odata/query/options.js';
import { countRows, type Page, readPage } from '../graph/odata/query/page.js';
import { OPERATION_QUERY } from './operation-query.js';
import { OperationEntity } from './operation.entity.js';

const LARGEST_PAGE = 100;

const OPERATIONS = new Table(OperationEntity, ['connectionKey', 'id']);

/** The stored operations. */
@Injectable()
export class OperationRepository {
  constructor(private readonly database: Database) {}

  add(manager: EntityManager, operation: OperationEntity): Promise<void> {
    return OPERATIONS.insert(manager, operation);
  }

  find(connectionKey: string, id: string): Promise<OperationEntity | null> {
    return OPERATIONS.find(this.database.read, { connectionKey, id: id.toLowerCase() });
  }

  /** The id of the operation that ends last. */
  async newest(manager: EntityManager, connectionKey: string): Promise<string> {
    const newest = await manager.findOneOrFail(OperationEntity, {
      where: { connectionKey },
      order: { endDateTime: 'DESC' },
    });
    return newest.id;
  }

  page(connectionKey: string, options: QueryOptions): Promise<Page<OperationEntity>> {
    return readPage(this.of(connectionKey), options, OPERATION_QUERY, LARGEST_PAGE, READING);
  }

  count(connectionKey: string, options: QueryOptions): Promise<number> {
    return countRows(this.of(connectionKey), options, OPERATION_QUERY, READING);
  }

  private of(connectionKey: string): SelectQueryBuilder<OperationEntity> {
    return this.database.read
      .createQueryBuilder(OperationEntity, 'operation')
      .where('operation.connectionKey = :connectionKey', { connectionKey });
  }
}
