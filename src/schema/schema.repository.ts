import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { EntityManager } from 'typeorm';
import { Database } from '../database/database.js';
import { Table } from '../database/table.js';
import type { SchemaPropertyDto } from './schema.dto.js';
import { SchemaEntity } from './schema.entity.js';

/** Enough for a thousand schemas of 128 properties. An alias counts as a property. */
const MOST_NAMES_KEPT = 128_000;

const namesIn = (properties: readonly SchemaPropertyDto[]): number =>
  properties.reduce((sum, { aliases }) => sum + 1 + (aliases?.length ?? 0), 0);

const SCHEMAS = new Table(SchemaEntity, ['connectionKey', 'schemaId']);

/** The registered schemas. A row never changes, so schemas are cached. */
@Injectable()
export class SchemaRepository {
  private readonly kept = new LRUCache<string, readonly SchemaPropertyDto[]>({
    maxSize: MOST_NAMES_KEPT,
    sizeCalculation: namesIn,
  });

  constructor(private readonly database: Database) {}

  add(manager: EntityManager, schema: SchemaEntity): Promise<void> {
    return SCHEMAS.insert(manager, schema);
  }

  /** The properties of a schema that a connection refers to; null if the connection was deleted meanwhile. */
  async find(
    connectionKey: string,
    schemaId: string,
    manager: EntityManager = this.database.read,
  ): Promise<readonly SchemaPropertyDto[] | null> {
    const name = `${connectionKey} ${schemaId}`;
    const known = this.kept.get(name);
    if (known !== undefined) return known;
    const found = await SCHEMAS.find(manager, { connectionKey, schemaId });
    if (found === null) return null;
    this.kept.set(name, found.definition);
    return found.definition;
  }
}
