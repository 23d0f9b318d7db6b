import { type DataSource, EntitySchema, type SelectQueryBuilder } from 'typeorm';
import { temporaryDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { loadConfiguration } from '../../../config/configuration.js';
import { dataSource } from '../../../database/open.js';
import { scan } from '../../../database/sqlite/scan.js';
import type { QueryModel } from './model.js';
import type { Reading } from './page.js';
import { type Option, OPTIONS } from './query-string.js';

/** A resource that no API has, with one property of each kind; for the tests of this folder. */
export interface Thing {
  id: string;
  /** `id` in lower case. */
  key: string;
  name: string;
  description: string | null;
  state: string | null;
  size: number | null;
  active: boolean | null;
  tags: string[];
}

const ThingSchema = new EntitySchema<Omit<Thing, 'tags'>>({
  name: 'Thing',
  tableName: 'thing',
  columns: {
    key: { type: 'varchar', primary: true },
    id: { type: 'varchar' },
    name: { type: 'varchar' },
    description: { type: 'text', nullable: true },
    state: { type: 'varchar', nullable: true },
    size: { type: 'integer', nullable: true },
    active: { type: 'boolean', nullable: true },
  },
});

const TagSchema = new EntitySchema<{ thing: string; tag: string }>({
  name: 'Tag',
  tableName: 'tag',
  columns: { thing: { type: 'varchar', primary: true }, tag: { type: 'varchar', primary: true } },
});

export const STATES = ['draft', 'ready', 'limitExceeded'] as const;

export const THING: QueryModel = {
  typeName: 'thing',
  key: 'id',
  properties: {
    id: { kind: 'string', column: 'thing.key', nullable: false, foldCase: true },
    name: { kind: 'string', column: 'thing.name', nullable: false },
    description: { kind: 'string', column: 'thing.description' },
    state: { kind: 'enum', column: 'thing.state', type: { name: 'thingState', members: STATES } },
    size: { kind: 'int', column: 'thing.size' },
    active: { kind: 'boolean', column: 'thing.active' },
    secret: { kind: 'string', column: 'thing.name', filterable: false, sortable: false },
    inBeta: { kind: 'string', column: 'thing.name', versions: ['beta'] },
    settings: { kind: 'complex', typeName: 'settings', members: ['tags', 'mode'] },
    extras: { kind: 'complex', typeName: 'extras', members: [], open: true },
    'settings/tags': {
      kind: 'stringCollection',
      element: '"tag"."tag"',
      exists: (condition) => `EXISTS (SELECT 1 FROM "tag" WHERE "tag"."thing" = thing.key AND ${condition})`,
    },
  },
  navigations: { parts: {}, quota: { versions: ['beta'] } },
  searched: ['thing.name', 'thing.description'],
};

export const ALL_OPTIONS: ReadonlySet<Option> = new Set(OPTIONS);

export const READING: Reading = { rowsOf: (query) => query.getMany(), scan };

/** A real database, set up as the server's is. */
export class Things {
  private constructor(
    private readonly source: DataSource,
    private readonly own: TestDatabase,
  ) {}

  static async open(): Promise<Things> {
    const own = await temporaryDatabase(false);
    const source = dataSource(loadConfiguration(own.environment).database, [ThingSchema, TagSchema]);
    await source.initialize();
    await source.synchronize();
    return new Things(source, own);
  }

  async store(things: readonly Thing[]): Promise<void> {
    await this.source.manager.clear(ThingSchema);
    await this.source.manager.clear(TagSchema);
    await this.add(things);
  }

  async add(things: readonly Thing[]): Promise<void> {
    await this.source.manager.insert(
      ThingSchema,
      things.map(({ tags: _tags, ...row }) => row),
    );
    await this.source.manager.insert(
      TagSchema,
      things.flatMap(({ key, tags }) => tags.map((tag) => ({ thing: key, tag }))),
    );
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.source.manager.delete(ThingSchema, { key });
  }

  query(): SelectQueryBuilder<Omit<Thing, 'tags'>> {
    return this.source.manager.createQueryBuilder(ThingSchema, 'thing');
  }

  async close(): Promise<void> {
    await this.source.destroy();
    await this.own.remove();
  }
}

export const thing = (id: string, rest: Partial<Thing> = {}): Thing => ({
  id,
  key: id.toLowerCase(),
  name: id,
  description: null,
  state: null,
  size: null,
  active: null,
  tags: [],
  ...rest,
});
