import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import { PreparedFind, PreparedInsert } from '../database/prepared.js';
import type { SchemaPropertyDto } from './dto/schema.dto.js';
import { SchemaEntity } from './schema.entity.js';

const MOST_KEPT = 1_000;

const findSchema = new PreparedFind(SchemaEntity, ['connectionKey', 'schemaId']);
const insertSchema = new PreparedInsert(SchemaEntity);

/** The registered schemas. A row never changes, so what was read once is kept. */
@Injectable()
export class SchemaRepository {
  private readonly kept = new LRUCache<string, readonly SchemaPropertyDto[]>({ max: MOST_KEPT });

  constructor(private readonly database: Database) {}

  async add(manager: EntityManager, schema: SchemaEntity): Promise<void> {
    await insertSchema.run(manager, schema);
  }

  /** The properties of a schema that a connection refers to; null where the connection was deleted meanwhile. */
  async find(
    connectionKey: string,
    schemaId: string,
    manager: EntityManager = this.database.read,
  ): Promise<readonly SchemaPropertyDto[] | null> {
    const name = `${connectionKey} ${schemaId}`;
    const known = this.kept.get(name);
    if (known !== undefined) return known;
    const found = await findSchema.one(manager, { connectionKey, schemaId });
    if (found === null) return null;
    this.kept.set(name, found.definition);
    return found.definition;
  }
}
