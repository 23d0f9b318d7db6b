import { AuthorizedAppEntity, ConnectionEntity, TenantEntity } from './connections/connection.entity.js';
import { RemovalEntity, TakenIdEntity } from './connections/scope/removal.entity.js';
import type { ChildTable } from './connections/scope/connection-remover.js';
import type { Entities } from './database/migrations.js';
import { ActivityEntity } from './items/activities/activity.entity.js';
import { ItemEntity } from './items/item.entity.js';
import { GroupEntity } from './groups/group.entity.js';
import { MemberEntity, MEMBERS_OF_GROUP } from './groups/member.entity.js';
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

/** The tables whose rows are deleted with their connection, or with their group. */
export const CHILD_TABLES: readonly ChildTable[] = [
  { entity: AuthorizedAppEntity, keys: ['appId'] },
  { entity: OperationEntity, keys: ['id'] },
  { entity: SchemaEntity, keys: ['schemaId'] },
  { entity: ItemEntity, keys: ['id'] },
  { entity: ActivityEntity, keys: ['itemId', 'id'] },
  { entity: GroupEntity, keys: ['id'] },
  { entity: MemberEntity, keys: ['groupKey', 'normalizedId'] },
  MEMBERS_OF_GROUP,
];
