import { Injectable } from '@nestjs/common';
import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { AuthorizedAppEntity } from '../connection.entity.js';

/** A table of rows that belong to a connection, or to something below one, and go when it goes. */
export interface ChildTable {
  readonly entity: EntityTarget<ObjectLiteral>;
  /** The column that names what a row belongs to; `connectionKey` unless it is said. */
  readonly owner?: string;
  /** The columns that tell the rows of one owner apart. */
  readonly keys: readonly string[];
}

/** Everything that lies under a connection and goes when it goes. A feature with such a table adds it when it is made. */
@Injectable()
export class ConnectionChildren {
  private readonly tables: ChildTable[] = [{ entity: AuthorizedAppEntity, keys: ['appId'] }];

  add(...tables: readonly ChildTable[]): void {
    this.tables.push(...tables);
  }

  get all(): readonly ChildTable[] {
    return this.tables;
  }
}
