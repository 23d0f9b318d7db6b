import type { QueryModel } from '../../graph/odata/query/model.js';
import { EXTERNAL_ACTIVITY_TYPE } from './external-activity.dto.js';

/** What queries may say of externalActivity. No page documents the list: it is for whoever debugs a connector. */
export const ACTIVITY_QUERY: QueryModel = {
  typeName: 'externalActivity',
  key: 'id',
  properties: {
    id: { kind: 'string', column: 'activity.id', nullable: false, filterable: true, sortable: true },
    type: {
      kind: 'enum',
      column: 'activity.type',
      type: EXTERNAL_ACTIVITY_TYPE,
      nullable: false,
      filterable: true,
      sortable: true,
    },
    // Stored as it was sent: texts of two offsets are not in the order of their instants.
    startDateTime: {
      kind: 'string',
      column: 'activity.startDateTime',
      nullable: false,
      filterable: false,
      sortable: false,
    },
  },
  navigations: { performedBy: {} },
};
