import { randomUUID } from 'node:crypto';
import type { CallerOptions } from './callers.js';
import { newTenant } from './callers.js';
import { type Answer, type Call, send } from './http.js';
import { putItem, validItem } from './items.js';
import { property, readyConnection, validSchema } from './schemas.js';
import type { TestServer } from './server.js';

/** What a ticket has: a title with its label, an address, a text, and properties of every kind that searches refine by. */
export const TICKET_SCHEMA = validSchema(
  property({ name: 'title', labels: ['title'], isSearchable: true, isQueryable: true }),
  property({ name: 'link', labels: ['url'] }),
  property({ name: 'note', isSearchable: true, isRetrievable: false }),
  property({ name: 'priority', isQueryable: true, isRefinable: true, aliases: ['urgency'] }),
  property({ name: 'tags', type: 'stringCollection', isQueryable: true, isRefinable: true }),
  property({ name: 'age', type: 'int64', isQueryable: true, isRefinable: true }),
  property({ name: 'cost', type: 'double', isQueryable: true, isRefinable: true }),
  property({ name: 'due', type: 'dateTime', isQueryable: true, isRefinable: true }),
  property({ name: 'open', type: 'boolean', isQueryable: true }),
  property({ name: 'secret', isQueryable: true, isRetrievable: false }),
  property({ name: 'team', isRefinable: true }),
);

/** A tenant of its own with its administrator, who writes, and a user, who searches. */
export interface SearchWorld {
  readonly tenantId: string;
  readonly userId: string;
  readonly owner: Call;
  /** With the token of the user. */
  readonly user: Call;
}

export function searchWorld(): SearchWorld {
  const [tenantId, userId] = [newTenant(), randomUUID()];
  return { tenantId, userId, owner: { as: { tenantId } }, user: { as: userOf(tenantId, userId) } };
}

export const userOf = (tenantId: string, userId: string, groups?: readonly string[]): CallerOptions => ({
  tenantId,
  userId,
  permissions: ['ExternalItem.Read.All'],
  ...(groups === undefined ? {} : { groups }),
});

export const source = (connection: string): string => `/external/connections/${connection}`;

/** A connection of tickets. */
export const ticketConnection = (
  server: TestServer,
  { owner }: SearchWorld,
  overrides: Record<string, unknown> = {},
): Promise<string> => readyConnection(server, { schema: TICKET_SCHEMA, connection: overrides, ...owner });

/** Writes a ticket that everyone sees, unless it says otherwise. */
export async function putTicket(
  server: TestServer,
  { owner }: SearchWorld,
  connection: string,
  id: string,
  properties: Record<string, unknown>,
  rest: Record<string, unknown> = {},
): Promise<void> {
  const tags = properties.tags === undefined ? {} : { 'tags@odata.type': 'Collection(String)' };
  const body = validItem({ properties: { ...tags, ...properties }, ...rest });
  const answer = await putItem(server, connection, id, body, owner);
  if (answer.status !== 200) throw new Error(answer.text);
}

/** The body of one search of one connection. */
export const searchBody = (
  connection: string | readonly string[],
  queryString = '*',
  rest: Record<string, unknown> = {},
): { requests: Record<string, unknown>[] } => ({
  requests: [
    {
      entityTypes: ['externalItem'],
      contentSources: [connection].flat().map(source),
      query: { queryString },
      ...rest,
    },
  ],
});

export const search = (
  server: TestServer,
  call: Call,
  body: unknown,
  version = 'beta',
  path = 'search/query',
): Promise<Answer> => send(server, 'POST', `/${version}/${path}`, { ...call, body });

/** What one search found. */
export interface Found {
  readonly total: number;
  readonly moreResultsAvailable: boolean;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly hits: any[];
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly response: any;
}

/** The container of an answer that is right. */
export function foundIn(answer: Answer): Found {
  if (answer.status !== 200) throw new Error(answer.text);
  const [response] = answer.body.value;
  return { ...response.hitsContainers[0], response };
}

/** The id of an item, as a client reads it in a hit. */
export const itemIdOf = (hit: { resource: { properties: Record<string, string> } }): string =>
  hit.resource.properties.substrateContentDomainId!.split(',')[1]!;

export const idsIn = ({ hits }: Found): string[] => hits.map(itemIdOf);
