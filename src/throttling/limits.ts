import type { FastifyRequest } from 'fastify';
import type { AuthorizedCaller } from '../identity/caller.js';

/** How many calls are let through in a window of time. */
export interface Limit {
  readonly calls: number;
  readonly windowMs: number;
  /** What is limited, in words for the caller. */
  readonly what: string;
  /** What the calls are counted under. */
  readonly key: (caller: AuthorizedCaller, request: FastifyRequest) => string;
}

/** The connection of the address; encoded, since a client may write anything there. */
const connectionOf = ({ params }: FastifyRequest): string =>
  encodeURIComponent((params as { id?: string }).id?.toLowerCase() ?? '');

/** Of every call (docs/contract/api.md#5). */
export const GRAPH_WIDE: Limit = {
  calls: 130_000,
  windowMs: 10_000,
  what: 'calls of an application',
  key: ({ appId }) => `graph ${appId.toLowerCase()}`,
};

/** Of the routes that name them (docs/contract/api.md#5). */
export const LIMITS = {
  itemIngestion: {
    calls: 25,
    windowMs: 1_000,
    what: 'item ingestion of a connection',
    key: ({ tenantId }, request) => `itemIngestion ${tenantId} ${connectionOf(request)}`,
  },
  /** No document has a number: reading is "for diagnosis", and "frequent use may be answered 429" (docs/contract/api.md#2.2.11). */
  itemReading: {
    calls: 10,
    windowMs: 1_000,
    what: 'reading single items of a connection',
    key: ({ tenantId }, request) => `itemReading ${tenantId} ${connectionOf(request)}`,
  },
  /** Of the Outlook service, which external items were counted under (docs/contract/search.md#10). */
  search: {
    calls: 10_000,
    windowMs: 600_000,
    what: 'searches of an application for a user',
    key: ({ tenantId, appId, userId }) => `search ${tenantId} ${appId.toLowerCase()} ${userId ?? ''}`,
  },
  /** docs/contract/retrieval.md#6. */
  retrieval: {
    calls: 200,
    windowMs: 3_600_000,
    what: 'retrievals of a user',
    key: ({ tenantId, userId }) => `retrieval ${tenantId} ${userId ?? ''}`,
  },
  groupAdministration: {
    calls: 1_000,
    windowMs: 1_000,
    what: 'group administration of a tenant',
    key: ({ tenantId }) => `groupAdministration ${tenantId}`,
  },
} as const satisfies Record<string, Limit>;

/** Calls under way, of one application on one connection (docs/contract/field.md#3.9). */
export const MOST_AT_ONCE = 25;

/** What they are counted under; undefined for a call on no one connection. */
export const atOnceKey = (
  { tenantId, appId }: AuthorizedCaller,
  request: FastifyRequest,
): string | undefined => {
  const connection = connectionOf(request);
  return connection === '' ? undefined : `${tenantId} ${appId.toLowerCase()} ${connection}`;
};

export type LimitName = keyof typeof LIMITS;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The limit of the route, besides that of all routes. */
    limit?: LimitName;
  }
}
