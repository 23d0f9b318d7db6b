import { jsonServer } from '../servers/json-server.js';
import { prism } from '../servers/prism.js';
import { send } from '../send.js';
import type { HttpRequest, RunningServer } from '../servers/server.js';
import { createOne, write } from './connections.js';
import type { Scenario } from './scenario.js';

const WORDS = 'The quarterly report of the human resources department, with figures for each office. ';
const CONTENT_CHARACTERS = 1_600;
const PROVISIONING_LIMIT_MS = 10_000;
const POLL_MS = 50;

const SCHEMA = {
  baseType: 'microsoft.graph.externalItem',
  properties: [
    { name: 'title', type: 'String', isSearchable: true, isRetrievable: true, labels: ['title'] },
    { name: 'url', type: 'String', isRetrievable: true, labels: ['url'] },
    { name: 'priority', type: 'Int64', isQueryable: true, isRetrievable: true },
    { name: 'createdDateTime', type: 'DateTime', isQueryable: true, isRetrievable: true },
    { name: 'tags', type: 'StringCollection', isQueryable: true, isRetrievable: true },
  ],
};

/** About 2 kB. */
const item = (id: string): object => ({
  acl: [{ type: 'everyone', value: 'everyone', accessType: 'grant' }],
  properties: {
    title: `Report ${id}`,
    url: `https://contoso.example/reports/${id}`,
    priority: 3,
    createdDateTime: '2026-11-24T08:00:00Z',
    'tags@odata.type': 'Collection(String)',
    tags: ['hr', 'report'],
  },
  content: { type: 'text', value: WORDS.repeat(20).slice(0, CONTENT_CHARACTERS) },
});

let written = 0;
const nextItem = (): string => `item${(written++).toString(36).padStart(8, '0')}`;

/** Writes an item of its own each time. */
export const putting =
  (server: RunningServer, connection: string) =>
  (id = nextItem()): HttpRequest =>
    write(server, 'PUT', `${server.collection}/${connection}/items/${id}`, item(id));

/** A connection that takes items. */
export async function readyConnection(server: RunningServer): Promise<string> {
  const id = await createOne(server);
  const path = `${server.collection}/${id}`;
  const { headers } = await send(server, write(server, 'PATCH', `${path}/schema`, SCHEMA), 202);
  const operation = headers.get('location');
  if (operation === null) throw new Error(`${path}/schema: a 202 without Location`);
  for (const limit = Date.now() + PROVISIONING_LIMIT_MS; Date.now() < limit;) {
    const address = { method: 'GET', path: new URL(operation).pathname, headers: server.headers } as const;
    const { status } = (await (await send(server, address, 200)).json()) as { status: string };
    if (status === 'completed') return id;
    if (status !== 'inprogress') throw new Error(`${path}/schema: ${status}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`${path}/schema: not registered after ${PROVISIONING_LIMIT_MS} ms`);
}

/** New items of 2 kB, all in one connection. */
export const putItem: Scenario = {
  name: 'put item',
  expected: 200,
  unfit: (server) => ([prism, jsonServer].includes(server) ? 'keeps no items below a connection' : undefined),
  async prepare(running) {
    const put = putting(running, await readyConnection(running));
    return [() => put()];
  },
};
