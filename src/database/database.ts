import { Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import type { Heartbeat } from './postgres/heartbeat.js';
import { poolOf } from './typeorm-internals.js';
import type { UnitsOfWork, Work } from './units/unit-of-work.js';

export interface DatabaseLoad {
  readonly waitingUnits: number;
  readonly pool?: { readonly size: number; readonly idle: number; readonly waiting: number };
}

/** The only way to the stored data. */
@Injectable()
export class Database {
  /**
   * @param units runs the units of work
   * @param reader sees only committed rows. On SQLite it has a connection of its own, because the writer's connection
   * sees rows of a transaction that may be rolled back; on PostgreSQL it is the pool
   * @param read the reader's manager
   * @param heartbeat knows whether PostgreSQL answers; undefined on SQLite
   */
  constructor(
    private readonly units: UnitsOfWork,
    private readonly reader: DataSource,
    readonly read: EntityManager,
    readonly heartbeat?: Heartbeat,
  ) {}

  /**
   * Runs a unit of work: all of it is stored when the promise is fulfilled, none of it when the promise is rejected. A
   * unit that decides by a row must lock it first (`Table.lockForUpdate`, `Table.lockShared`).
   */
  write<T>(work: Work<T>): Promise<T> {
    return this.units.run(work);
  }

  /** How many units of work wait; on PostgreSQL also the state of the pool. */
  get load(): DatabaseLoad {
    const pool = poolOf(this.reader);
    return {
      waitingUnits: this.units.waitingCount,
      pool: pool && { size: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount },
    };
  }

  /** Calls `observe` after each commit, with the number of units of work that shared it. */
  onCommit(observe: (units: number) => void): void {
    this.units.onCommit = observe;
  }

  /** Fulfilled if the database answers. It reads a table, so that SQLite reads its file and not the driver's memory. */
  async ping(): Promise<void> {
    await this.reader.query('SELECT count(*) FROM "migrations"');
  }

  async close(): Promise<void> {
    if (this.reader.isInitialized) await this.reader.destroy();
  }
}
