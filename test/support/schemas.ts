import { setTimeout as wait } from 'node:timers/promises';
import { create, validConnection } from './connections.js';
import { type Answer, type ApiCall, type Call, type ListCall, send } from './http.js';
import type { TestServer } from './server.js';

export const property = (overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
  name: 'title',
  type: 'string',
  isRetrievable: true,
  ...overrides,
});

export const validSchema = (...properties: Record<string, unknown>[]): Record<string, unknown> => ({
  baseType: 'microsoft.graph.externalItem',
  properties: properties.length === 0 ? [property()] : properties,
});

export const schemaPath = (id: string, version = 'beta'): string =>
  `/${version}/external/connections/${id}/schema`;

export const register = (
  server: TestServer,
  id: string,
  body: unknown = validSchema(),
  { version = 'beta', ...call }: ApiCall = {},
): Promise<Answer> => send(server, 'PATCH', schemaPath(id, version), { ...call, body });

export const readSchema = (
  server: TestServer,
  id: string,
  { version = 'beta', ...call }: ApiCall = {},
): Promise<Answer> => send(server, 'GET', schemaPath(id, version), call);

export const operations = (
  server: TestServer,
  id: string,
  { query = '', version = 'beta', ...call }: ListCall = {},
): Promise<Answer> => send(server, 'GET', `/${version}/external/connections/${id}/operations${query}`, call);

/** The path of the operation that a registration leads to. */
export const operationPath = ({ headers }: Answer): string => new URL(headers.get('location')!).pathname;

/** How a connection is made, and by whom. */
export interface NewConnection extends Call {
  /** What it says otherwise than `validConnection()`. */
  readonly connection?: Record<string, unknown>;
}

/** A connection without schema. */
export async function draftConnection(
  server: TestServer,
  { connection, ...call }: NewConnection = {},
): Promise<string> {
  const body = validConnection(connection);
  const created = await create(server, body, call);
  if (created.status !== 201) throw new Error(created.text);
  return body.id as string;
}

/** Asks an operation until it has ended. */
export async function ended(server: TestServer, location: string, call: Call = {}): Promise<Answer> {
  const { pathname } = new URL(location);
  for (;;) {
    const answer = await send(server, 'GET', pathname, call);
    if (answer.status !== 200 || answer.body.status !== 'inprogress') return answer;
    await wait(20);
  }
}

/** A connection that takes items: created, its schema registered, the operation ended. */
export async function readyConnection(
  server: TestServer,
  { schema = validSchema(), connection, ...call }: NewConnection & { readonly schema?: unknown } = {},
): Promise<string> {
  const id = await draftConnection(server, { connection, ...call });
  const registered = await register(server, id, schema, call);
  if (registered.status !== 202) throw new Error(registered.text);
  await ended(server, registered.headers.get('location')!, call);
  return id;
}
