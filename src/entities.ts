import { AuthorizedAppEntity } from './connections/authorized-app.entity.js';
import { ConnectionEntity } from './connections/connection.entity.js';
import { RemovalEntity } from './connections/removal/removal.entity.js';
import { TenantEntity } from './connections/tenant.entity.js';
import { LocalIdentityEntity } from './identity/local/local-identity.entity.js';
import type { Entities } from './database/entity-list.js';

/** Every table of the service; listed, since a file pattern would mean different files in src and dist. */
export const ENTITIES: Entities = [
  ConnectionEntity,
  AuthorizedAppEntity,
  RemovalEntity,
  TenantEntity,
  LocalIdentityEntity,
];
