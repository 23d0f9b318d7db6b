import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Database } from '../../database/database.js';
import { ConnectionChildren, type ChildTable } from './connection-children.js';
import { RemovalEntity } from './removal.entity.js';

/** So many rows go in one unit of work: few enough that a request which waits behind it does not notice. */
const SLICE = 200;
const PAUSE_MS = 5;
const RETRY_MS = 1_000;

/**
 * Removes what lies under deleted connections, slice by slice. What is to be removed stands in the database, so the work
 * goes on by itself after a restart, and several servers may do it at once.
 */
@Injectable()
export class ConnectionRemover implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly log = new Logger(ConnectionRemover.name);
  private readonly stopping = new AbortController();
  private running?: Promise<void>;
  private asked = false;

  constructor(
    private readonly database: Database,
    private readonly children: ConnectionChildren,
  ) {}

  onApplicationBootstrap(): void {
    this.start();
  }

  /** Begins, or looks again when it is at it already. */
  start(): void {
    this.asked = true;
    this.running ??= this.run().finally(() => (this.running = undefined));
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (this.asked && !this.stopping.signal.aborted) {
      this.asked = false;
      try {
        for (const { connectionKey } of await this.database.read.find(RemovalEntity))
          await this.remove(connectionKey);
      } catch (error) {
        if (this.stopping.signal.aborted) return;
        this.log.error(error);
        this.asked = true;
        await wait(RETRY_MS, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      }
    }
  }

  private async remove(connectionKey: string): Promise<void> {
    for (const table of this.children.all) {
      while ((await this.removeSlice(table, connectionKey)) > 0) {
        await wait(PAUSE_MS, undefined, { signal: this.stopping.signal });
      }
    }
    await this.database.write((manager) => manager.delete(RemovalEntity, { connectionKey }));
  }

  private removeSlice({ entity, keys }: ChildTable, connectionKey: string): Promise<number> {
    return this.database.write(async (manager) => {
      const slice = manager
        .createQueryBuilder(entity, 'child')
        .select(keys.map((key) => `child.${key}`))
        .where('child.connectionKey = :connectionKey')
        .limit(SLICE);
      const row = keys.map((key) => `"${key}"`).join(', ');
      const { affected } = await manager
        .createQueryBuilder()
        .delete()
        .from(entity)
        .where(`"connectionKey" = :connectionKey AND (${row}) IN (${slice.getQuery()})`, { connectionKey })
        .execute();
      return affected ?? 0;
    });
  }
}
