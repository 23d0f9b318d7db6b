import { Injectable } from '@nestjs/common';
import type { DataSource, EntityManager } from 'typeorm';
import type { Heartbeat } from './postgres/heartbeat.js';
import { poolOf } from './postgres/send.js';
import type { Units, Work } from './units/units.js';

export interface DatabaseLoad {
  readonly waitingUnits: number;
  readonly pool?: { readonly size: number; readonly idle: number; readonly waiting: number };
}

/** The one way to the stored data. */
@Injectable()
export class Database {
  /**
   * @param units how a unit of work is run
   * @param reader sees committed rows only: on SQLite a connection of its own, since one that is shared with the
   * writer would read rows of a transaction that may yet be undone; on PostgreSQL the pool
   * @param read the reader's manager
   * @param heartbeat knows whether PostgreSQL answers; a file has none
   */
  constructor(
    private readonly units: Units,
    private readonly reader: DataSource,
    readonly read: EntityManager,
    readonly heartbeat?: Heartbeat,
  ) {}

  /**
   * A unit of work: all of it is stored when the promise is fulfilled, none of it when it is rejected. What it decides
   * by the row that it found, it finds by `locked` or `shared` (`PreparedFind`).
   */
  write<T>(work: Work<T>): Promise<T> {
    return this.units.run(work);
  }

  /** What waits for the database; on PostgreSQL, what becomes of its connections. */
  get load(): DatabaseLoad {
    const pool = poolOf(this.reader);
    return {
      waitingUnits: this.units.waitingCount,
      pool: pool && { size: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount },
    };
  }

  /** Is told, from now on, how many units of work shared each commit. */
  onCommit(observe: (units: number) => void): void {
    this.units.onCommit = observe;
  }

  /** Fulfilled when the database answers, from its file and not from the driver's memory. */
  async ping(): Promise<void> {
    await this.reader.query('SELECT count(*) FROM "migrations"');
  }

  async close(): Promise<void> {
    if (this.reader.isInitialized) await this.reader.destroy();
  }
}
