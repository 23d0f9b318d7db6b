import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyRequest, InjectOptions, LightMyRequestResponse } from 'fastify';
import { type GraphError, renderGraphError, type RequestIds } from '../graph/errors/graph-error.js';
import { commonHeaders, contextOf } from '../graph/http/request-context.js';
import type { Step } from './batch-steps.js';

/** What is said of the connection, not of a request in it: a batch has one connection, and its requests cannot change it. */
const OF_THE_CONNECTION =
  /^(host|forwarded|x-forwarded-.*|content-length|transfer-encoding|connection|keep-alive|te|trailer|upgrade|expect)$/;

const isForwarding = (name: string): boolean => /^(host|forwarded|x-forwarded-.*)$/.test(name);

/** What every request of a batch has from the batch: where it came from, and, unless it has its own, who sends it. */
function inherited(outer: FastifyRequest): Record<string, string> {
  const headers: Record<string, string> = { 'client-request-id': contextOf(outer).clientRequestId };
  for (const [name, value] of Object.entries(outer.headers)) {
    if (value === undefined) continue;
    if (name === 'authorization' || name === 'user-agent' || isForwarding(name)) {
      headers[name] = String(value);
    }
  }
  return headers;
}

/** A request of a batch, as the router takes it: of the same version, origin and address as the batch. */
export function innerRequest(outer: FastifyRequest, step: Step): InjectOptions {
  const own = Object.entries(step.headers).filter(([name]) => !OF_THE_CONNECTION.test(name));
  return {
    method: step.method,
    url: `/${contextOf(outer).version ?? 'beta'}${step.url}`,
    headers: { ...inherited(outer), ...Object.fromEntries(own) },
    payload: step.payload,
    remoteAddress: outer.raw.socket.remoteAddress,
  };
}

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
