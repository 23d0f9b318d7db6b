import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { DataSource } from 'typeorm';
import { GroupCommit, type Work } from './group-commit.js';

/** The one way to the stored data. */
@Injectable()
export class Database {
  private readonly writes: GroupCommit;

  /**
   * @param writer the connection that alone writes
   * @param reader sees committed rows only: on SQLite a connection of its own, since one that is shared with the
   * writer would read rows of a transaction that may yet be undone
   */
  constructor(
    writer: DataSource,
    private readonly reader: DataSource,
  ) {
    this.writes = new GroupCommit(writer);
    this.read = reader.createQueryRunner().manager;
  }

  /** For reading. */
  readonly read: EntityManager;

  /** A unit of work: all of it is on disk when the promise is fulfilled, none of it when it is rejected. */
  write<T>(work: Work<T>): Promise<T> {
    return this.writes.run(work);
  }

  /** Fulfilled when the database answers, from its file and not from the driver's memory. */
  async ping(): Promise<void> {
    await this.reader.query('SELECT count(*) FROM "migrations"');
  }
}
