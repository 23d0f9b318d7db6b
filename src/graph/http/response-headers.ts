import type { RequestIds } from '../errors/render.js';

/** Shape unconfirmed; the values say openly who answers (docs/contract/api.md#6.2). */
const DIAGNOSTIC = JSON.stringify({
  ServerInfo: {
    DataCenter: 'Self-hosted',
    Slice: 'E',
    Ring: '1',
    ScaleUnit: '000',
    RoleInstance: 'graph-connections',
  },
});

/** Of every answer, errors included (docs/contract/errors.md#envelope). */
export const commonHeaders = (ids: RequestIds): Record<string, string> => ({
  'request-id': ids.requestId,
  'client-request-id': ids.clientRequestId,
  'x-ms-ags-diagnostic': DIAGNOSTIC,
  'cache-control': 'no-cache',
  vary: 'Accept-Encoding',
});

/** Of every successful answer with a body (docs/contract/api.md#6.2). */
export const ODATA_CONTENT_TYPE =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';
