import type { QueryModel } from '../graph/odata/query/model.js';
import { STATE_SQL } from './connection-state.js';
import type { ConnectionEntity } from './connection.entity.js';
import { CONNECTION_STATE, CONTENT_CATEGORY, DEFAULT_CONTENT_CATEGORY } from './enums.js';
import { BETA } from '../graph/http/request-context.js';

/** The properties of externalConnection that queries can use, and their columns (docs/contract/api.md#1.1, #2.2.1). */
export const CONNECTION_QUERY: QueryModel = {
  typeName: 'externalConnection',
  key: 'id',
  properties: {
    id: {
      kind: 'string',
      column: 'connection.normalizedId',
      foldCase: true,
      nullable: false,
      filterable: true,
      sortable: true,
    },
    name: { kind: 'string', column: 'connection.name', nullable: false, filterable: true, sortable: true },
    // Its length is not bounded, so the address of the next page cannot contain it.
    description: { kind: 'string', column: 'connection.description', filterable: true, sortable: false },
    state: {
      kind: 'enum',
      column: STATE_SQL,
      type: CONNECTION_STATE,
      nullable: false,
      filterable: true,
      // It changes by itself, between two pages as well.
      sortable: false,
    },
    connectorId: { kind: 'string', column: 'connection.connectorId', filterable: true, sortable: false },
    contentCategory: {
      kind: 'enum',
      column: `COALESCE(connection.contentCategory, '${DEFAULT_CONTENT_CATEGORY}')`,
      valueIn: (row) => (row as ConnectionEntity).contentCategory ?? DEFAULT_CONTENT_CATEGORY,
      type: CONTENT_CATEGORY,
      nullable: false,
      filterable: true,
      sortable: true,
    },
    configuration: { kind: 'complex', typeName: 'configuration', members: ['authorizedAppIds'], open: true },
    'configuration/authorizedAppIds': {
      kind: 'stringCollection',
      element: '"app"."appId"',
      foldCase: true,
      exists: (condition) =>
        `EXISTS (SELECT 1 FROM "external_connection_authorized_app" "app" WHERE "app"."connectionKey" = "connection"."connectionKey" AND ${condition})`,
    },
    searchSettings: { kind: 'complex', typeName: 'searchSettings', members: ['searchResultTemplates'] },
    activitySettings: { kind: 'complex', typeName: 'activitySettings', members: ['urlToItemResolvers'] },
    enabledContentExperiences: {
      kind: 'string',
      column: 'connection.enabledContentExperiences',
      versions: BETA,
      filterable: false,
      sortable: false,
    },
    // Only for `$select`: a draft answers another number than its row has.
    ingestedItemsCount: {
      kind: 'int',
      column: 'connection.itemCount',
      versions: BETA,
      filterable: false,
      sortable: false,
    },
    complianceSettings: {
      kind: 'complex',
      typeName: 'complianceSettings',
      members: ['eDiscoveryResultTemplates'],
      versions: BETA,
    },
  },
  navigations: { groups: {}, items: {}, operations: {}, schema: {}, quota: { versions: BETA } },
  searched: ['connection.name', 'connection.description', 'connection.normalizedId'],
};

/** The singleton above the connections. It has no properties, so it has no key. */
export const EXTERNAL_QUERY: QueryModel = {
  typeName: 'external',
  properties: {},
  navigations: { connections: {} },
};

/** The properties of a connection's quota. They are computed, so only `$select` can use them. */
export const QUOTA_QUERY: QueryModel = {
  typeName: 'connectionQuota',
  key: 'id',
  properties: {
    id: { kind: 'string', column: 'quota.id', nullable: false, filterable: false, sortable: false },
    itemsRemaining: { kind: 'int', column: 'quota.itemsRemaining', filterable: false, sortable: false },
  },
};
