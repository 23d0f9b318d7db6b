import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Configuration } from '../config/configuration.js';
import { ConnectionAccess, type ConnectionScope } from '../connections/scope/connection-access.js';
import { Database } from '../database/database.js';
import { Clock } from '../graph/clock.js';
import { connectionStateForbids } from '../graph/errors/catalogue/connection.js';
import { itemIdNotUpdatable, itemNotFound } from '../graph/errors/catalogue/item.js';
import { type BodyIssue, bodyNotValid, nothingToModify } from '../graph/errors/catalogue/request.js';
import { assertUnmodified } from '../graph/http/parameters.js';
import type { QueryOptions } from '../graph/odata/query/options.js';
import { MOST_BYTES_OF_PAGE, type Page } from '../graph/odata/query/page.js';
import { inTurns } from '../graph/turns.js';
import type { AuthorizedCaller } from '../identity/caller.js';
import type { Call } from '../routes/call.js';
import { SchemaService } from '../schema/schema.service.js';
import { SearchOutbox } from '../search/index/search-outbox.js';
import { AclWarnings } from './acl-warnings.js';
import type { ExternalItemDto, PutItemDto } from './external-item.dto.js';
import type { FoundItem, ItemKey } from './found-item.js';
import { itemSchema, type ItemSchema, PROPERTIES_REQUIRED, readProperties } from './item-properties.js';
import { ACL_REQUIRED, aclFaults, itemIdFault } from './item-rules.js';
import { ItemEntity } from './item.entity.js';
import { toExternalItem, withServiceProperties } from './item.mapper.js';
import { ItemRepository } from './item.repository.js';

/** What a body changes of an item; what it does not name stays. */
type Change = Partial<
  Pick<ItemEntity, 'acl' | 'properties' | 'contentType' | 'contentValue' | 'sensitivityLabelId'>
>;

/** The rules of externalItem (docs/contract/api.md#1.8, #1.9, #2.2.10 to #2.2.12, and #4). */
@Injectable()
export class ItemsService {
  private readonly itemSchemas = new WeakMap<object, ItemSchema>();

  constructor(
    private readonly database: Database,
    private readonly connections: ConnectionAccess,
    private readonly schemas: SchemaService,
    private readonly items: ItemRepository,
    private readonly outbox: SearchOutbox,
    private readonly clock: Clock,
    private readonly aclWarnings: AclWarnings,
    private readonly configuration: Configuration,
  ) {}

  /**
   * Creates an item, or changes what the body names of the one that there is (docs/contract/api.md#10.6).
   * @throws connectionNotFound, connectionNotOwned, connectionStateForbids, bodyNotValid, itemIdNotUpdatable,
   * itemLimitReached, resourceModified, nothingToModify
   */
  put(call: Call, connectionId: string, id: string, body: PutItemDto): Promise<ExternalItemDto> {
    return this.write(call, connectionId, id, body, async (manager, connection, change) => {
      assertUnmodified(call.ifMatch, 'ExternalItem');
      const replaced = await this.replaceStored(manager, connection, id, change);
      if (replaced === null && call.ifMatch !== undefined) throw nothingToModify('ExternalItem');
      return replaced ?? (await this.insertNew(manager, connection, id, change));
    });
  }

  /**
   * Changes an item that there is: the older form (docs/contract/api.md#2.1).
   * @throws connectionNotFound, connectionNotOwned, connectionStateForbids, bodyNotValid, itemIdNotUpdatable, itemNotFound,
   * resourceModified
   */
  patch(call: Call, connectionId: string, id: string, body: PutItemDto): Promise<ExternalItemDto> {
    return this.write(call, connectionId, id, body, async (manager, connection, change) => {
      const replaced = await this.replaceStored(manager, connection, id, change);
      if (replaced === null) throw itemNotFound();
      // What it throws undoes the change.
      assertUnmodified(call.ifMatch, 'ExternalItem');
      return replaced;
    });
  }

  /** @throws connectionNotFound, connectionNotOwned, itemNotFound */
  async get({ caller, version }: Call, connectionId: string, id: string): Promise<ExternalItemDto> {
    const connection = await this.connections.find(caller, connectionId);
    const item = await this.items.find({ connectionKey: connection.connectionKey, id });
    if (item === null) throw itemNotFound();
    const answer = toExternalItem(item, version);
    return this.configuration.items.serviceProperties ? withServiceProperties(answer, connection) : answer;
  }

  /** @throws connectionNotFound, connectionNotOwned */
  async list(
    { caller, version }: Call,
    connectionId: string,
    options: QueryOptions,
  ): Promise<Page<ExternalItemDto>> {
    const { connectionKey } = await this.connections.find(caller, connectionId);
    const page = await this.items.page(connectionKey, options);
    return { ...page, rows: page.rows.map((row) => toExternalItem(row, version)) };
  }

  /** How many items `list` would find. @throws connectionNotFound, connectionNotOwned */
  async count(caller: AuthorizedCaller, connectionId: string, options: QueryOptions): Promise<number> {
    const { connectionKey } = await this.connections.find(caller, connectionId);
    return this.items.count(connectionKey, options);
  }

  /**
   * Items by their keys, for search, which has decided who may see them: each in the place of its key, undefined where it is
   * gone or `keep` refuses it. All together have as many bytes as a page (docs/architecture.md, Queries), contents left
   * aside; `cut` says that the last keys were not looked at because of that.
   * @param characters of the content of each
   */
  async found(
    keys: readonly ItemKey[],
    characters: number,
    keep: (item: FoundItem) => boolean,
  ): Promise<{ readonly items: (FoundItem | undefined)[]; readonly cut: boolean }> {
    const lengths = await this.ofEach(keys, async (connectionKey, ids) =>
      [...(await this.items.lengths(connectionKey, ids))].map(([id, bytes]) => ({
        connectionKey,
        id,
        bytes,
      })),
    );
    let bytes = 0;
    let fitting = 0;
    for (const key of keys) {
      bytes += lengths.get(nameOf(key))?.bytes ?? 0;
      if (fitting > 0 && bytes > MOST_BYTES_OF_PAGE) break;
      fitting++;
    }
    const read = keys.slice(0, fitting);
    const rows = await this.ofEach(read, (connectionKey, ids) =>
      this.items.several(connectionKey, ids, characters),
    );
    const items = read.map((key) => {
      const item = rows.get(nameOf(key));
      return item !== undefined && keep(item) ? item : undefined;
    });
    return { items, cut: fitting < keys.length };
  }

  /** Asks once for each connection, and gives what was found by its key. */
  private async ofEach<T extends ItemKey>(
    keys: readonly ItemKey[],
    ask: (connectionKey: string, ids: readonly string[]) => Promise<readonly T[]>,
  ): Promise<Map<string, T>> {
    const ids = new Map<string, string[]>();
    for (const { connectionKey, id } of keys) {
      const others = ids.get(connectionKey);
      if (others === undefined) ids.set(connectionKey, [id]);
      else others.push(id);
    }
    const found = new Map<string, T>();
    for (const [connectionKey, own] of ids)
      for (const one of await ask(connectionKey, own)) found.set(nameOf(one), one);
    return found;
  }

  /** @throws connectionNotFound, connectionNotOwned, itemNotFound, resourceModified */
  async delete({ caller, ifMatch }: Call, connectionId: string, id: string): Promise<void> {
    const connection = await this.connections.find(caller, connectionId);
    await this.database.write(async (manager) => {
      if (!(await this.items.remove(manager, { connectionKey: connection.connectionKey, id })))
        throw itemNotFound();
      assertUnmodified(ifMatch, 'ExternalItem');
      await this.connections.releaseItems(manager, connection, 1);
      await this.outbox.itemRemoved(manager, connection.connectionKey, id);
    });
  }

  /**
   * Writes an item in one unit of work, once the body is checked.
   * @param store changes or adds the row, and returns it
   */
  private async write(
    { caller, version }: Call,
    connectionId: string,
    id: string,
    body: PutItemDto,
    store: (manager: EntityManager, connection: ConnectionScope, change: Change) => Promise<ItemEntity>,
  ): Promise<ExternalItemDto> {
    const connection = await this.connections.find(caller, connectionId);
    const change = await this.changeOf(connection, id, body);
    const item = await this.database.write((manager) => store(manager, connection, change));
    if (change.acl !== undefined) this.aclWarnings.warnOnce(connection, id, change.acl);
    // The answer of a write shows activities, and never has any (docs/contract/api.md#2.2.10).
    return { ...toExternalItem(item, version), activities: [] };
  }

  /** What a body says, checked by the schema. @throws connectionStateForbids, bodyNotValid, itemIdNotUpdatable */
  private async changeOf(connection: ConnectionScope, id: string, body: PutItemDto): Promise<Change> {
    const { acl, properties, content, informationProtectionLabel: label } = body;
    const idFault = itemIdFault(id);
    const faults: BodyIssue[] =
      idFault === undefined
        ? []
        : [{ foundBy: 'rules', code: 'InvalidItemId', message: idFault, target: 'id' }];
    if (connection.isDraft)
      throw connectionStateForbids(connection.id, 'draft', 'Register a schema and wait for its operation.');
    if (body.id !== undefined && body.id !== null && body.id !== id) throw itemIdNotUpdatable();
    const change: Change = {};
    if (acl !== undefined) {
      faults.push(...(await inTurns(aclFaults(acl))));
      change.acl = acl ?? [];
    }
    if (properties !== undefined) {
      const schema = await this.schemaOf(connection);
      const read = await inTurns(
        readProperties(properties as Record<string, unknown> | null, schema, connection.isOfPeople),
      );
      faults.push(...read.faults);
      change.properties = read.properties;
    }
    if (content !== undefined) {
      change.contentType = content?.type ?? null;
      change.contentValue = content?.value ?? null;
    }
    if (label !== undefined) change.sensitivityLabelId = label?.sensitivityLabelId ?? null;
    if (faults.length > 0) throw bodyNotValid(faults);
    return change;
  }

  private async schemaOf(connection: ConnectionScope): Promise<ItemSchema> {
    const schema = await this.schemas.inForce(connection, this.clock.now());
    let read = this.itemSchemas.get(schema);
    if (read === undefined) this.itemSchemas.set(schema, (read = itemSchema(schema)));
    return read;
  }

  /** The item after the change; null where there is none. */
  private async replaceStored(
    manager: EntityManager,
    { connectionKey }: ConnectionScope,
    id: string,
    change: Change,
  ): Promise<ItemEntity | null> {
    const found = await this.items.lockForUpdate(manager, { connectionKey, id });
    if (found === null) return null;
    const item = { ...found, ...change, lastModifiedDateTime: this.clock.now().toISOString() };
    await this.items.replace(manager, item);
    await this.outbox.itemWritten(manager, item);
    return item;
  }

  /** The new item; where another of its id came first, that one after the change. @throws bodyNotValid, itemLimitReached, connectionNotFound */
  private async insertNew(
    manager: EntityManager,
    connection: ConnectionScope,
    id: string,
    change: Change,
  ): Promise<ItemEntity> {
    const { acl, properties } = change;
    if (acl === undefined || properties === undefined)
      throw bodyNotValid([
        ...(acl === undefined ? [ACL_REQUIRED] : []),
        ...(properties === undefined ? [PROPERTIES_REQUIRED] : []),
      ]);
    const item: ItemEntity = {
      connectionKey: connection.connectionKey,
      id,
      acl,
      properties,
      contentType: change.contentType ?? null,
      contentValue: change.contentValue ?? null,
      sensitivityLabelId: change.sensitivityLabelId ?? null,
      lastModifiedDateTime: this.clock.now().toISOString(),
    };
    // If that item has been deleted in the meantime too, treat this write as having come before the delete.
    if (!(await this.items.add(manager, item)))
      return (await this.replaceStored(manager, connection, id, change)) ?? item;
    await this.connections.reserveItem(manager, connection);
    await this.outbox.itemWritten(manager, item);
    return item;
  }
}

const nameOf = ({ connectionKey, id }: ItemKey): string => `${connectionKey} ${id}`;
