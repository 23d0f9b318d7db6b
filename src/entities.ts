import { AuthorizedAppEntity } from './connections/authorized-app.entity.js';
import { ConnectionEntity } from './connections/connection.entity.js';
import { RemovalEntity } from './connections/removal/removal.entity.js';
import { TakenIdEntity } from './connections/removal/taken-id.entity.js';
import { TenantEntity } from './connections/tenant.entity.js';
import type { Entities } from './database/entity-list.js';
import { ActivityEntity } from './items/activities/activity.entity.js';
import { ItemEntity } from './items/item.entity.js';
import { GroupEntity } from './groups/group.entity.js';
import { MemberEntity } from './groups/member.entity.js';
import { OperationEntity } from './operations/operation.entity.js';
import { ThrottleWindowEntity } from './throttling/throttle-window.entity.js';
import { SchemaEntity } from './schema/schema.entity.js';
import { SearchBuildEntity } from './search/index/search-build.entity.js';
import { LocalIdentityEntity } from './identity/local/local-identity.entity.js';

/** The tables of what clients have stored, parents first: what `npm run export` writes and `npm run import` reads. */
export const CONTENT: Entities = [
  TenantEntity,
  ConnectionEntity,
  AuthorizedAppEntity,
  RemovalEntity,
  TakenIdEntity,
  SchemaEntity,
  OperationEntity,
  GroupEntity,
  MemberEntity,
  ItemEntity,
  ActivityEntity,
];

/** Every table of the service; listed, since a file pattern would mean different files in src and dist. */
export const ENTITIES: Entities = [...CONTENT, LocalIdentityEntity, ThrottleWindowEntity, SearchBuildEntity];
