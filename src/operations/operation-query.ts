import type { QueryModel } from '../graph/odata/query/model.js';

/** What queries may say of connectionOperation. No page documents the list: it is for whoever debugs a connector. */
export const OPERATION_QUERY: QueryModel = {
  typeName: 'connectionOperation',
  key: 'id',
  properties: {
    id: { kind: 'string', column: 'operation.id', nullable: false, filterable: false, sortable: false },
    status: { kind: 'complex', typeName: 'connectionOperationStatus', members: [] },
    error: { kind: 'complex', typeName: 'publicError', members: ['code', 'message'] },
  },
};
