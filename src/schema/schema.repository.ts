import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import { PreparedFind, PreparedInsert } from '../database/prepared.js';
import type { SchemaPropertyDto } from './schema.dto.js';
import { SchemaEntity } from './schema.entity.js';

/** A thousand schemas of 128 properties; one of very many aliases takes the place of others. */
const MOST_NAMES_KEPT = 128_000;

const namesIn = (properties: readonly SchemaPropertyDto[]): number =>
  properties.reduce((sum, { aliases }) => sum + 1 + (aliases?.length ?? 0), 0);

const findSchema = new PreparedFind(SchemaEntity, ['connectionKey', 'schemaId']);
const insertSchema = new PreparedInsert(SchemaEntity);

/** The registered schemas. A row never changes, so what was read once is kept. */
@Injectable()
export class SchemaRepository {
  private readonly kept = new LRUCache<string, readonly SchemaPropertyDto[]>({
    maxSize: MOST_NAMES_KEPT,
    sizeCalculation: namesIn,
  });

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
