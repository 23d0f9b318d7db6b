import type { GraphError } from './graph-error.js';

export interface RequestIds {
  readonly requestId: string;
  readonly clientRequestId: string;
}

/** UTC, whole seconds, no zone: confirmed in recorded answers (docs/contract/errors.md#envelope). */
const errorDate = (now: Date): string => now.toISOString().slice(0, 19);

/** The one body of every failure (docs/contract/api.md#6.1). Members without a value are left out. */
export function renderGraphError(error: GraphError, ids: RequestIds, now: Date): string {
  return JSON.stringify({
    error: {
      code: error.code,
      message: error.message,
      details: error.details?.length ? error.details : undefined,
      innerError: {
        code: error.inner?.code,
        source: error.inner?.source,
        message: error.inner?.message,
        date: errorDate(now),
        'request-id': ids.requestId,
        'client-request-id': ids.clientRequestId,
      },
    },
  });
}
