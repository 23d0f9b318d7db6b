import type { INestApplicationContext } from '@nestjs/common';
import { ConnectionsService } from '../../connections/connections.service.js';
import { CreateConnectionDto } from '../../connections/dto/external-connection.dto.js';
import { ConnectionAccess, type ConnectionScope } from '../../connections/scope/connection-access.js';
import { bodyNotValid } from '../../graph/errors/catalogue/request.js';
import { GraphError } from '../../graph/errors/graph-error.js';
import { deserialize } from '../../graph/odata/deserialize.js';
import { atOnce } from '../../graph/turns.js';
import { brokenRules } from '../../graph/odata/rules.js';
import type { AuthorizedCaller } from '../../identity/caller.js';
import { ItemsService } from '../../items/items.service.js';
import type { Call } from '../../routes/call.js';
import type { RegisterSchemaDto, SchemaPropertyDto } from '../../schema/schema.dto.js';
import { SchemaService } from '../../schema/schema.service.js';
import { seededId, seededItem } from './seeded-item.js';

/** So many items wait to be written at the same time: several full groups of the unit of work. */
const AT_ONCE = 256;

const VERSION = 'beta';

const SCHEMA: RegisterSchemaDto = {
  baseType: 'microsoft.graph.externalItem',
  properties: [
    { name: 'title', type: 'string', labels: ['title'], isSearchable: true, isRetrievable: true },
    { name: 'number', type: 'int64', isQueryable: true, isRetrievable: true, isRefinable: true },
    {
      name: 'lastModifiedDateTime',
      type: 'dateTime',
      labels: ['lastModifiedDateTime'],
      isQueryable: true,
      isRetrievable: true,
    },
    { name: 'tags', type: 'stringCollection', isQueryable: true, isRetrievable: true },
  ],
};

const unlessMissing = (error: unknown): undefined => {
  if (error instanceof GraphError && error.status === 404) return undefined;
  throw error;
};

/** A connection of people takes no value of a stringCollection without a label (docs/contract/field.md#1.4). */
const isTaken = ({ type, labels }: SchemaPropertyDto, connection: ConnectionScope | undefined): boolean =>
  connection?.isOfPeople !== true || type !== 'stringCollection' || (labels ?? []).length > 0;

/** A body that has passed every rule, as that of a request has. @throws bodyNotValid */
function newConnection(id: string): CreateConnectionDto {
  const body = { id, name: 'Seeded', description: 'Made by npm run seed' };
  const { value, issues } = atOnce(deserialize(CreateConnectionDto, body, VERSION));
  const all = [...issues, ...brokenRules(value)];
  if (all.length > 0) throw bodyNotValid(all);
  return value;
}

/** Fills a connection through the services of the application, as requests do. */
export class Seeding {
  private readonly call: Call;
  private readonly access: ConnectionAccess;
  private readonly connections: ConnectionsService;
  private readonly schemas: SchemaService;
  private readonly items: ItemsService;

  constructor(
    app: INestApplicationContext,
    caller: AuthorizedCaller,
    private readonly connectionId: string,
  ) {
    this.call = { caller, version: VERSION, includeUnknown: true };
    this.access = app.get(ConnectionAccess);
    this.connections = app.get(ConnectionsService);
    this.schemas = app.get(SchemaService);
    this.items = app.get(ItemsService);
  }

  /** The schema of the connection; both are made where there is none. */
  async schema(): Promise<readonly SchemaPropertyDto[]> {
    const { call, connectionId: id } = this;
    const found = await this.access.find(call.caller, id).catch(unlessMissing);
    if (found === undefined) await this.connections.create(call, newConnection(id));
    const there = await this.schemas.find(call, id);
    if (there !== null) return there.properties.filter((property) => isTaken(property, found));
    await this.schemas.register(call, id, { value: SCHEMA, issues: [] });
    return (await this.schemas.get(call, id)).properties;
  }

  /**
   * How many of the first so many items are certainly there. They are written in the order of their numbers, except that
   * those on their way together may be there in part after a crash.
   */
  async written(items: number): Promise<number> {
    let [known, missing] = [0, items + 1];
    while (missing - known > 1) {
      const middle = Math.floor((known + missing) / 2);
      if (await this.has(middle)) known = middle;
      else missing = middle;
    }
    return known === items ? known : Math.max(0, known - AT_ONCE);
  }

  /** Writes items by their numbers. @throws what `ItemsService.put` throws; the items before are there then */
  async *write(
    first: number,
    last: number,
    schema: readonly SchemaPropertyDto[],
    size: number,
  ): AsyncGenerator<number> {
    for (let from = first; from <= last; from += AT_ONCE) {
      const count = Math.min(AT_ONCE, last - from + 1);
      const puts = Array.from({ length: count }, (_, index) => this.put(from + index, schema, size));
      for (const outcome of await Promise.allSettled(puts))
        if (outcome.status === 'rejected') throw outcome.reason;
      yield count;
    }
  }

  private async put(number: number, schema: readonly SchemaPropertyDto[], size: number): Promise<void> {
    const body = seededItem(number, schema, size);
    await this.items.put(this.call, this.connectionId, seededId(number), body);
  }

  private async has(number: number): Promise<boolean> {
    const item = await this.items.get(this.call, this.connectionId, seededId(number)).catch(unlessMissing);
    return item !== undefined;
  }
}
