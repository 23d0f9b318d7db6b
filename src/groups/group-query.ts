import type { QueryModel } from '../graph/odata/query/model.js';
import type { GraphVersion } from '../graph/http/request-context.js';
import { IDENTITY_TYPE } from './dto/identity.dto.js';
import { toIdentity } from './group.mapper.js';
import type { MemberEntity } from './member.entity.js';

/** What queries may say of externalGroup. No page documents the list: it is for whoever debugs a connector. */
export const GROUP_QUERY: QueryModel = {
  typeName: 'externalGroup',
  key: 'id',
  properties: {
    id: { kind: 'string', column: 'externalGroup.id', nullable: false, filterable: true, sortable: true },
    // Not bounded in length, so they cannot travel in the address of the next page.
    displayName: {
      kind: 'string',
      column: 'externalGroup.displayName',
      filterable: true,
      sortable: false,
    },
    description: {
      kind: 'string',
      column: 'externalGroup.description',
      filterable: true,
      sortable: false,
    },
  },
  navigations: { members: {} },
};

const MEMBER_QUERY: QueryModel = {
  typeName: 'identity',
  key: 'id',
  properties: {
    id: {
      kind: 'string',
      column: 'member.normalizedId',
      nullable: false,
      // GUIDs are stored in one case, ids of external groups in any: no literal could be folded for both.
      filterable: false,
      sortable: true,
    },
    type: {
      kind: 'enum',
      column: 'member.type',
      type: IDENTITY_TYPE,
      nullable: false,
      filterable: true,
      sortable: true,
    },
  },
};

/** The same, by what v1.0 shows of a member (`toIdentity`). */
const MEMBER_QUERY_V1: QueryModel = {
  ...MEMBER_QUERY,
  properties: {
    ...MEMBER_QUERY.properties,
    type: {
      kind: 'enum',
      column: "(CASE WHEN member.identitySource = 'external' THEN 'externalGroup' ELSE member.type END)",
      valueIn: (row) => toIdentity(row as MemberEntity, 'v1.0').type,
      type: IDENTITY_TYPE,
      nullable: false,
      filterable: true,
      sortable: true,
    },
  },
};

/** What queries may say of the members of a group. */
export const memberQuery = (version: GraphVersion): QueryModel =>
  version === 'beta' ? MEMBER_QUERY : MEMBER_QUERY_V1;
