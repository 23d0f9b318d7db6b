import { randomBytes, randomUUID } from 'node:crypto';
import { create, validConnection } from './connections.js';
import { type Answer, type ApiCall, type Call, send } from './http.js';
import type { TestServer } from './server.js';

/** A connection, which may be a draft: groups are the same in every state. */
export async function newConnection(server: TestServer, call: Call = {}): Promise<string> {
  const body = validConnection();
  const created = await create(server, body, call);
  if (created.status !== 201) throw new Error(created.text);
  return body.id as string;
}

/** An id that no other test uses, with all that is in the alphabet besides letters and digits. */
export const newGroupId = (): string => `g_${randomBytes(8).toString('hex')}-=`;

export const validGroup = (overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: newGroupId(),
  displayName: 'Night shift',
  description: 'Everyone who works at night',
  ...overrides,
});

export const validMember = (overrides: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: randomUUID(),
  type: 'user',
  ...overrides,
});

export const groupsPath = (connection: string, version = 'beta'): string =>
  `/${version}/external/connections/${connection}/groups`;

export const membersPath = (connection: string, group: string, version = 'beta'): string =>
  `${groupsPath(connection, version)}/${group}/members`;

export const createGroup = (
  server: TestServer,
  connection: string,
  body: unknown = validGroup(),
  { version = 'beta', ...call }: ApiCall = {},
): Promise<Answer> => send(server, 'POST', groupsPath(connection, version), { ...call, body });

export const readGroup = (
  server: TestServer,
  connection: string,
  id: string,
  { version = 'beta', ...call }: ApiCall = {},
): Promise<Answer> => send(server, 'GET', `${groupsPath(connection, version)}/${id}`, call);

export const addMember = (
  server: TestServer,
  connection: string,
  group: string,
  body: unknown = validMember(),
  { version = 'beta', ...call }: ApiCall = {},
): Promise<Answer> => send(server, 'POST', membersPath(connection, group, version), { ...call, body });

export const listMembers = (
  server: TestServer,
  connection: string,
  group: string,
  call: Call = {},
): Promise<Answer> => send(server, 'GET', membersPath(connection, group), call);

/** A connection with a group in it. */
export async function newGroup(
  server: TestServer,
  call: Call = {},
): Promise<{ connection: string; group: string }> {
  const connection = await newConnection(server, call);
  const body = validGroup();
  const created = await createGroup(server, connection, body, call);
  if (created.status !== 201) throw new Error(created.text);
  return { connection, group: body.id as string };
}
