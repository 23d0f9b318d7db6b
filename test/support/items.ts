import { type Answer, type ApiCall, type ListCall, send } from './http.js';
import type { TestServer } from './server.js';

export const itemPath = (connection: string, id: string, version = 'beta'): string =>
  `/${version}/external/connections/${connection}/items/${id}`;

export const validItem = (overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
  acl: [{ type: 'everyone', value: 'everyone', accessType: 'grant' }],
  properties: { title: 'Printer on floor 3' },
  ...overrides,
});

export const putItem = (
  server: TestServer,
  connection: string,
  id: string,
  body: unknown = validItem(),
  { version = 'beta', ...call }: ApiCall = {},
): Promise<Answer> => send(server, 'PUT', itemPath(connection, id, version), { ...call, body });

export const getItem = (
  server: TestServer,
  connection: string,
  id: string,
  { version = 'beta', ...call }: ApiCall = {},
): Promise<Answer> => send(server, 'GET', itemPath(connection, id, version), call);

export const patchItem = (
  server: TestServer,
  connection: string,
  id: string,
  body: unknown,
  { version = 'beta', ...call }: ApiCall = {},
): Promise<Answer> => send(server, 'PATCH', itemPath(connection, id, version), { ...call, body });

export const deleteItem = (
  server: TestServer,
  connection: string,
  id: string,
  { version = 'beta', ...call }: ApiCall = {},
): Promise<Answer> => send(server, 'DELETE', itemPath(connection, id, version), call);

export const listItems = (
  server: TestServer,
  connection: string,
  { query = '', version = 'beta', ...call }: ListCall = {},
): Promise<Answer> =>
  send(server, 'GET', `/${version}/external/connections/${connection}/items${query}`, call);

/** The members of an item that a client chose, without the annotations of the answer. */
export function content({ body }: Answer): Record<string, unknown> {
  const { '@odata.context': _context, activities: _activities, ...own } = body;
  return own;
}
