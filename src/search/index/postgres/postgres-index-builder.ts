import { setTimeout as wait } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Database } from '../../../database/database.js';
import { PreparedFind } from '../../../database/prepared.js';
import { select } from '../../../database/statement.js';
import { parseExactly } from '../../../graph/http/exact-json.js';
import type { AclDto } from '../../../items/dto/acl.dto.js';
import type { IndexedItem } from '../document.js';
import { INDEX, SearchBuildEntity } from '../search-build.entity.js';
import { addDocument } from './stored-document.js';

const AT_ONCE = 50;
const PAUSE_MS = 5;
const RETRY_MS = 1_000;

const findBuild = new PreparedFind(SearchBuildEntity, ['name']);

/** Locked, so that nobody takes an item away before it is indexed. */
const NEXT = `SELECT "connectionKey", "id", "acl", "properties", "contentType", "contentValue" FROM "external_item"
  WHERE ("connectionKey", "id") > ($1, $2) ORDER BY "connectionKey", "id" LIMIT ${AT_ONCE} FOR KEY SHARE`;

/**
 * Indexes the items that were there before the index was, slice by slice. Where it is stands in the database, so it goes on
 * after a restart, and several servers take turns.
 */
export class PostgresIndexBuilder {
  private readonly log = new Logger('Search');
  private readonly stopping = new AbortController();
  private running?: Promise<void>;

  constructor(private readonly database: Database) {}

  /** Begins, unless it is at it. */
  start(): void {
    if (this.stopping.signal.aborted) return;
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  /** Whether every item is in the index, as a reading sees it. */
  async isComplete(manager: EntityManager): Promise<boolean> {
    return (await findBuild.one(manager, { name: INDEX }))?.position === null;
  }

  async close(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        if (await this.isComplete(this.database.read)) return;
        await this.database.write(buildSlice);
        await wait(PAUSE_MS, undefined, { signal });
      } catch (error) {
        if (signal.aborted) return;
        this.log.debug(error);
        await wait(RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

async function buildSlice(manager: EntityManager): Promise<void> {
  const build = await findBuild.locked(manager, { name: INDEX });
  if (build === null || build.position === null) return;
  const [connectionKey = '', id = ''] = JSON.parse(build.position) as string[];
  const { rows } = await select(manager, NEXT, [connectionKey, id]);
  const items = rows.map(itemOf);
  for (const item of items) await addDocument(manager, item);
  const last = items.at(-1);
  const position = last === undefined ? null : JSON.stringify([last.connectionKey, last.id]);
  await manager.update(SearchBuildEntity, { name: INDEX }, { position });
}

function itemOf(row: readonly unknown[]): IndexedItem {
  const [connectionKey, id, acl, properties, contentType, contentValue] = row as [
    string,
    string,
    string,
    string,
    string | null,
    string | null,
  ];
  return {
    connectionKey,
    id,
    acl: JSON.parse(acl) as AclDto[],
    properties: parseExactly(properties) as Record<string, unknown>,
    contentType,
    contentValue,
  };
}
