import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { AuthorizedAppEntity } from '../authorized-app.entity.js';

/** A table of rows that belong to a connection by its `connectionKey`. */
export interface ChildTable {
  readonly entity: EntityTarget<ObjectLiteral>;
  /** The column that tells the rows of one connection apart. */
  readonly key: string;
}

/** Everything that lies under a connection and goes when it goes. */
export const CONNECTION_CHILDREN: readonly ChildTable[] = [{ entity: AuthorizedAppEntity, key: 'appId' }];
