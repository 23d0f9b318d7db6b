import type { OutgoingHttpHeaders } from 'node:http';
import type { LightMyRequestResponse } from 'fastify';
import type { GraphError } from '../graph/errors/graph-error.js';
import { renderGraphError, type RequestIds } from '../graph/errors/render.js';
import { commonHeaders } from '../graph/http/response-headers.js';

/** The answer of one request of a batch. */
export interface InnerAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** As JSON text, untouched: numbers keep all their digits. */
  readonly body?: string;
}

/**
 * What is said of one answer, not of the connection that all share. The graph client looks for exactly this spelling
 * of `Content-Type` (docs/contract/clients.md#3).
 */
const SPELLED = [
  'Content-Type',
  'OData-Version',
  'Location',
  'Retry-After',
  'ETag',
  'Preference-Applied',
  'Cache-Control',
  'WWW-Authenticate',
  'Allow',
  'request-id',
  'client-request-id',
  'x-ms-ags-diagnostic',
];

function spelled(headers: OutgoingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    SPELLED.flatMap((name): [string, string][] => {
      const value = headers[name.toLowerCase()];
      return value === undefined ? [] : [[name, [value].flat().join(', ')]];
    }),
  );
}

/** An answer of the router. Without a body it has neither `body` nor a content type (docs/contract/clients.md#3, #4). */
export function innerAnswer({ statusCode, headers, rawPayload }: LightMyRequestResponse): InnerAnswer {
  const { 'content-type': contentType, ...rest } = headers;
  if (rawPayload.length === 0) return { status: statusCode, headers: spelled(rest) };
  const isJson = /^application\/(json|[^;]*\+json)/i.test(String(contentType));
  return {
    status: statusCode,
    headers: spelled(headers),
    body: isJson ? rawPayload.toString('utf8') : JSON.stringify(rawPayload.toString('base64')),
  };
}

/** A failure that never reached the router. */
export const innerFailure = (error: GraphError, ids: RequestIds, now: Date): InnerAnswer => ({
  status: error.status,
  headers: spelled({ ...commonHeaders(ids), ...error.headers, 'content-type': 'application/json' }),
  body: renderGraphError(error, ids, now),
});

/** An entry of `responses`. */
export function asJson(id: string, { status, headers, body }: InnerAnswer): string {
  const head = JSON.stringify({ id, status, headers });
  return body === undefined ? head : `${head.slice(0, -1)},"body":${body}}`;
}
