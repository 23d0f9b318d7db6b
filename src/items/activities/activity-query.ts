import type { QueryModel } from '../../graph/odata/query/model.js';
import type { Option } from '../../graph/odata/query/query-string.js';
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

export const LIST_ACTIVITIES_OPTIONS: ReadonlySet<Option> = new Set<Option>([
  '$top',
  '$skip',
  '$select',
  '$filter',
  '$orderby',
  '$count',
  '$expand',
  '$skiptoken',
  '$format',
]);

export const GET_ACTIVITY_OPTIONS: ReadonlySet<Option> = new Set<Option>(['$select', '$expand', '$format']);

export const COUNT_ACTIVITIES_OPTIONS: ReadonlySet<Option> = new Set<Option>(['$filter']);
