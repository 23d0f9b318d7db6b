import { type Answer, type Call, send } from './http.js';
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
  call: Call = {},
  version = 'beta',
): Promise<Answer> => send(server, 'PUT', itemPath(connection, id, version), { ...call, body });
