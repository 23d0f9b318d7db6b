import type { QueryModel } from '../graph/odata/query/model.js';

/** What queries may say of externalItem. No page documents the list: it is for whoever debugs a connector. */
export const ITEM_QUERY: QueryModel = {
  typeName: 'externalItem',
  key: 'id',
  properties: {
    id: { kind: 'string', column: 'item.id', nullable: false, filterable: true, sortable: true },
    acl: { kind: 'complex', typeName: 'acl', members: [] },
    properties: { kind: 'complex', typeName: 'properties', members: [], open: true },
    content: { kind: 'complex', typeName: 'externalItemContent', members: ['type', 'value'] },
    informationProtectionLabel: {
      kind: 'complex',
      typeName: 'externalItemInformationProtectionLabel',
      members: ['sensitivityLabelId'],
    },
  },
  navigations: { activities: {} },
};
