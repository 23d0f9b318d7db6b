import { setTimeout as wait } from 'node:timers/promises';
import { Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import { Database } from '../../database/database.js';
import { Table } from '../../database/table.js';
import { Clock } from '../../graph/clock.js';
import { Outage } from '../../graph/errors/outage.js';
import { RemovalEntity } from './removal.entity.js';

/** A table whose rows are deleted with the connection, or with the group, that they belong to. */
export interface ChildTable {
  readonly entity: EntityTarget<ObjectLiteral>;
  /** The column with the key of the row's owner; `connectionKey` by default. */
  readonly owner?: string;
  /** The columns that tell the rows of one owner apart. */
  readonly keys: readonly string[];
}

/** `slice`: rows removed in one unit of work. `pauses`: the pause after it, as a multiple of the time it took. */
interface Pace {
  readonly slice: number;
  readonly pauses: number;
}

/** On SQLite all other writers wait for a slice, so a slice is short. */
const ON_SQLITE: Pace = { slice: 40, pauses: 4 };
const ON_POSTGRES: Pace = { slice: 500, pauses: 1 };

const paceOn = ({ dataSource }: EntityManager): Pace =>
  dataSource.options.type === 'postgres' ? ON_POSTGRES : ON_SQLITE;

const PAUSE_MS = 5;
const RETRY_MS = 1_000;

const REMOVALS = new Table(RemovalEntity, ['ownerKey']);

/**
 * Removes the rows below deleted connections and groups, slice by slice. The database notes what is to be removed, so the
 * work goes on by itself after a restart, and several servers may do it at once. `ConnectionScopeModule` makes it.
 */
export class ConnectionRemover implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(ConnectionRemover.name);
  private readonly stopping = new AbortController();
  private running?: Promise<void>;
  private asked = false;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly outage: Outage,
    private readonly tables: readonly ChildTable[],
  ) {}

  onApplicationBootstrap(): void {
    this.start();
  }

  /** Starts the removal. If it is running, makes it look for new work. */
  start(): void {
    this.asked = true;
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  /** How many connections and groups still have rows to remove. */
  count(): Promise<number> {
    return this.database.read.count(RemovalEntity);
  }

  /**
   * Removes the child rows of a row that a unit of work deletes: few rows at once; more are only noted for removal.
   * @returns whether rows were noted: the caller then starts the removal after the unit
   */
  async removeBelow(manager: EntityManager, table: ChildTable, ownerKey: string): Promise<boolean> {
    if ((await removeSlice(manager, table, ownerKey)) < paceOn(manager).slice) return false;
    const deletedDateTime = this.clock.now().toISOString();
    await manager.insert(RemovalEntity, { ownerKey, deletedDateTime });
    return true;
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.asked && !this.stopping.signal.aborted) {
      this.asked = false;
      try {
        for (const { ownerKey } of await this.database.read.find(RemovalEntity)) await this.remove(ownerKey);
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        if (!this.outage.explains(error)) this.log.error(error);
        this.asked = true;
        await wait(RETRY_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }

  private async remove(ownerKey: string): Promise<void> {
    const { pauses } = paceOn(this.database.read);
    for (const table of this.tables) {
      for (;;) {
        const { removed, tookMs } = await this.database.write((manager) =>
          timedSlice(manager, table, ownerKey),
        );
        if (removed === 0) break;
        await wait(Math.max(PAUSE_MS, pauses * tookMs), undefined, { signal: this.stopping.signal });
      }
    }
    await this.database.write((manager) => manager.delete(RemovalEntity, { ownerKey }));
  }
}

/** Removes a slice, and tells how long others had to wait for it. */
async function timedSlice(
  manager: EntityManager,
  table: ChildTable,
  ownerKey: string,
): Promise<{ readonly removed: number; readonly tookMs: number }> {
  const start = performance.now();
  // Another server that removes the same slice would find nothing to delete, and take that for the end.
  const mine = (await REMOVALS.lockForUpdate(manager, { ownerKey })) !== null;
  const removed = mine ? await removeSlice(manager, table, ownerKey) : 0;
  return { removed, tookMs: performance.now() - start };
}

/** Deletes a slice. @returns how many rows it deleted; 0 means that none is left */
async function removeSlice(
  manager: EntityManager,
  { entity, owner = 'connectionKey', keys }: ChildTable,
  ownerKey: string,
): Promise<number> {
  const slice = manager
    .createQueryBuilder(entity, 'child')
    .select(keys.map((key) => `child.${key}`))
    .where(`child.${owner} = :ownerKey`)
    .limit(paceOn(manager).slice);
  const row = keys.map((key) => `"${key}"`).join(', ');
  const { affected } = await manager
    .createQueryBuilder()
    .delete()
    .from(entity)
    .where(`"${owner}" = :ownerKey AND (${row}) IN (${slice.getQuery()})`, { ownerKey })
    .execute();
  return affected ?? 0;
}
