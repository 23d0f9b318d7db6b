import { randomBytes } from 'node:crypto';
import { type Answer, type ApiCall, send } from './http.js';
import type { TestServer } from './server.js';

/** An id that no other test uses. */
export const newId = (): string => `c${randomBytes(10).toString('hex')}`;

export const validConnection = (overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: newId(),
  name: 'Contoso HR',
  description: 'Connection to index Contoso HR system',
  ...overrides,
});

export const create = (
  server: TestServer,
  body: unknown = validConnection(),
  { version = 'beta', ...call }: ApiCall = {},
): Promise<Answer> => send(server, 'POST', `/${version}/external/connections`, { ...call, body });

export const read = (
  server: TestServer,
  id: string,
  { version = 'beta', ...call }: ApiCall = {},
): Promise<Answer> => send(server, 'GET', `/${version}/external/connections/${id}`, call);

export const ids = (list: Answer): string[] => (list.body.value as { id: string }[]).map(({ id }) => id);
