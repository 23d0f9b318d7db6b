import type { FastifyRequest } from 'fastify';
import type { RequestIds } from '../errors/graph-error.js';

export const GRAPH_VERSIONS = ['beta', 'v1.0'] as const;
export type GraphVersion = (typeof GRAPH_VERSIONS)[number];

/** For declarations of what exists in both versions. @alias */
export const BOTH = GRAPH_VERSIONS;
/** For declarations of what exists in beta only. */
export const BETA = ['beta'] as const satisfies readonly GraphVersion[];

/** What every answer needs to know of its request. */
export interface RequestContext extends RequestIds {
  /** Undefined outside of the API (documentation, health, identity). */
  readonly version?: GraphVersion;
  /** Scheme, host and port as the client used them: links in answers begin with it. */
  readonly origin: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    graphContext?: RequestContext;
  }
  interface FastifyInstance {
    /** How many proxies are believed, where that is a number. */
    trustedProxies?: number;
  }
}

const LONGEST_CLIENT_REQUEST_ID = 256;
const HOST = /^[\w.\-:[\]]{1,255}$/;

/**
 * The entry of an `X-Forwarded-…` list that the outermost trusted proxy wrote. Fastify gives the entry of the nearest
 * proxy, which saw another proxy instead of the client.
 */
function ofOutermostProxy(request: FastifyRequest, header: string, ofNearest: string): string {
  const entries = String(request.headers[header] ?? '').split(',');
  const trusted = request.server?.trustedProxies ?? (request.ips?.length ?? 1) - 1;
  if (entries.length < 2 || trusted < 2) return ofNearest;
  return entries[Math.max(0, entries.length - trusted)]!.trim();
}

/** Scheme, host and port as the client used them (docs/contract/clients.md#5; docs/contract/field.md#5.8). */
function originOf(request: FastifyRequest): string {
  const protocol = ofOutermostProxy(request, 'x-forwarded-proto', request.protocol).toLowerCase();
  const host = ofOutermostProxy(request, 'x-forwarded-host', request.host);
  return `${protocol === 'https' ? protocol : 'http'}://${HOST.test(host) ? host : 'localhost'}`;
}

function versionOf(url: string): GraphVersion | undefined {
  const segment = url.split(/[/?]/, 2)[1]?.toLowerCase();
  return GRAPH_VERSIONS.find((version) => version === segment);
}

/**
 * The context of a request, made on first use, since the hooks that usually make it do not run for a request that the
 * router refuses. Any text is accepted as `client-request-id`, since SDKs send GUIDs of no RFC 4122 version
 * (docs/contract/clients.md#2).
 */
export function contextOf(request: FastifyRequest): RequestContext {
  if (request.graphContext !== undefined) return request.graphContext;
  const sent = request.headers['client-request-id'];
  const clientRequestId = (Array.isArray(sent) ? sent[0] : sent)?.slice(0, LONGEST_CLIENT_REQUEST_ID);
  request.graphContext = {
    version: versionOf(request.url),
    requestId: request.id,
    clientRequestId: clientRequestId === undefined || clientRequestId === '' ? request.id : clientRequestId,
    origin: originOf(request),
  };
  return request.graphContext;
}

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
