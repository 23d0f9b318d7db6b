import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/app.js';
import { Clock } from '../../../src/graph/clock.js';
import { FIRST_APP_ID } from '../../../src/identity/local/local-apps.js';
import { createDocument } from '../../../src/openapi/documents.js';
import { GRAPH_WIDE, LIMITS } from '../../../src/throttling/limits.js';
import { Throttler } from '../../../src/throttling/throttler.js';
import { Declared } from '../../support/answers.js';
import { newTenant, tokenOf } from '../../support/callers.js';
import { read } from '../../support/connections.js';
import { query } from '../../support/database.js';
import { assertGraphError } from '../../support/errors.js';
import { createGroup, groupsPath, newConnection, readGroup, validGroup } from '../../support/groups.js';
import { type Answer, send } from '../../support/http.js';
import { itemPath, putItem, validItem } from '../../support/items.js';
import { readyConnection, validSchema } from '../../support/schemas.js';
import { startServer, type TestServer } from '../../support/server.js';
import { batch, inner, JSON_BODY, type Json, statuses } from '../batch/batches.js';

const SECOND = 1_000;

/** A full ten seconds, and a time before it at which tokens are issued. */
const START = Math.floor(Date.now() / 10_000) * 10_000;
const at = new Date(START - 60_000);

/** Lets the clock of a server stand still, at so many milliseconds after the start. */
function freeze(server: TestServer, milliseconds: number): void {
  server.app.get(Clock).now = () => new Date(START + milliseconds);
}

/** The calls of the newest window of each key, as they stand in the database. */
async function counts(server: TestServer): Promise<Record<string, number>> {
  const rows = await query<{ key: string; calls: number }>(server, 'SELECT * FROM "throttle_window"');
  return Object.fromEntries(rows.map(({ key, calls }) => [key, calls]));
}

/** As if a key had been called so often in its newest window. */
async function set(server: TestServer, key: string, calls: number): Promise<void> {
  await query(server, 'UPDATE "throttle_window" SET "calls" = ? WHERE "key" = ?', [calls, key]);
}

function assertThrottled(answer: Answer, retryAfter: string, what: string): void {
  assertGraphError(answer, {
    status: 429,
    code: 'TooManyRequests',
    message: 'The server is busy. Please try again later.',
    inner: { code: 'RequestThrottled', message: expect.stringContaining(`The limit of ${what}, `) },
  });
  expect(answer.headers.get('retry-after')).toBe(retryAfter);
}

describe('with THROTTLE=graph', () => {
  let server: TestServer;
  let tenantId: string;
  let as: string;
  let connection: string;
  const group = (): string => `groupAdministration ${tenantId}`;
  const graph = `graph ${FIRST_APP_ID.toLowerCase()}`;
  beforeEach(async () => {
    server = await startServer({ THROTTLE: 'graph', SCHEMA_PROVISIONING_MS: '0' });
    freeze(server, 0);
    tenantId = newTenant();
    as = await tokenOf(server, { tenantId, at });
    connection = await newConnection(server, { as });
  });
  afterEach(() => server.close());

  it('1,000 calls of group administration pass in a second, and the next is 429 until the second is over [requestThrottled]', async () => {
    freeze(server, 2_300);
    const body = validGroup();
    expect((await createGroup(server, connection, body, { as })).status).toBe(201);
    await set(server, group(), 999);
    expect((await readGroup(server, connection, body.id as string, { as })).status).toBe(200);
    const refused = await createGroup(server, connection, validGroup(), { as });
    assertThrottled(refused, '1', LIMITS.groupAdministration.what);
    expect(refused.body.error.innerError.message).toBe(
      'The limit of group administration of a tenant, 1000 calls in 1 second, is exceeded. Try again after 1 second.',
    );
    freeze(server, 2_999);
    assertThrottled(await readGroup(server, connection, 'x', { as }), '1', LIMITS.groupAdministration.what);
    freeze(server, 3_000);
    const { body: listed } = await send(server, 'GET', groupsPath(connection), { as });
    expect(listed.value).toHaveLength(1);
    expect((await counts(server))[group()]).toBe(1);
  });

  it('1,000 requests that come at once are counted one by one', async () => {
    freeze(server, 0);
    await send(server, 'GET', groupsPath(connection), { as });
    await set(server, group(), 980);
    // No more on each than may be under way at once.
    const paths = [connection, await newConnection(server, { as })].map((id) => groupsPath(id));
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, call) => send(server, 'GET', paths[call % 2]!, { as })),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(30);
  });

  it('every call counts that a permission lets in, refused ones as well', async () => {
    freeze(server, 0);
    await createGroup(server, connection, '{', { as });
    await createGroup(server, connection, {}, { as });
    await readGroup(server, connection, 'missing', { as });
    await readGroup(server, 'missing', 'missing', { as });
    expect((await counts(server))[group()]).toBe(4);
    await set(server, group(), 1_000);
    for (let call = 0; call < 3; call++)
      expect((await readGroup(server, connection, 'x', { as })).status).toBe(429);
    expect((await counts(server))[group()]).toBe(1_003);
    const none = { tenantId, permissions: [], at };
    expect((await readGroup(server, connection, 'x', { as: none })).status).toBe(403);
    expect((await readGroup(server, connection, 'x', { as: null })).status).toBe(401);
    expect((await counts(server))[group()]).toBe(1_003);
  });

  it('a tenant over its limit hinders neither another tenant nor its own other calls', async () => {
    freeze(server, 0);
    await readGroup(server, connection, 'x', { as });
    await set(server, group(), 1_000);
    expect((await readGroup(server, connection, 'x', { as })).status).toBe(429);
    expect((await read(server, connection, { as })).status).toBe(200);
    const other = { tenantId: newTenant(), at };
    expect(
      (await readGroup(server, await newConnection(server, { as: other }), 'x', { as: other })).status,
    ).toBe(404);
  });

  it('130,000 calls of an application pass in 10 seconds over all tenants, and the wait is in whole seconds', async () => {
    freeze(server, 3_400);
    await read(server, connection, { as });
    await set(server, graph, 129_999);
    expect((await read(server, connection, { as })).status).toBe(200);
    const elsewhere = { tenantId: newTenant(), at };
    assertThrottled(await read(server, connection, { as }), '7', GRAPH_WIDE.what);
    assertThrottled(await read(server, connection, { as: elsewhere }), '7', GRAPH_WIDE.what);
    const another = { tenantId, appId: 'bbbbbbbb-1111-4111-8111-111111111111', at };
    expect((await read(server, connection, { as: another })).status).toBe(200);
    freeze(server, 9_999);
    assertThrottled(await read(server, connection, { as }), '1', GRAPH_WIDE.what);
    freeze(server, 10_000);
    expect((await read(server, connection, { as })).status).toBe(200);
  });

  it('each request of a $batch is throttled alone, with Retry-After among its own headers', async () => {
    freeze(server, 500);
    await readGroup(server, connection, 'x', { as });
    await set(server, group(), 998);
    const url = `/external/connections/${connection}`;
    const create = (id: string, more: Json = {}): Json => ({
      id,
      method: 'POST',
      url: `${url}/groups`,
      headers: JSON_BODY,
      body: { id: `g${id}` },
      ...more,
    });
    const answer = await batch(
      server,
      [
        create('1'),
        create('2', { dependsOn: ['1'] }),
        create('3', { dependsOn: ['2'] }),
        { id: '4', method: 'GET', url },
        create('5', { dependsOn: ['3'] }),
      ],
      { as },
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get('retry-after')).toBeNull();
    expect(statuses(answer)).toEqual([201, 201, 429, 200, 424]);
    assertThrottled(inner(answer, '3'), '1', LIMITS.groupAdministration.what);
    expect((answer.body.responses as Json[])[2]!.headers['Retry-After']).toBe('1');
  });

  it('25 calls of item ingestion pass in a second for each connection, and 10 reads of single items beside them', async () => {
    const ready = await readyConnection(server, { schema: validSchema(), as });
    freeze(server, 20_000);
    const pathOf = (id: string, item = 'x'): string => itemPath(id, item);
    for (let call = 0; call < 22; call++)
      expect((await putItem(server, ready, `i${call}`, validItem(), { as })).status).toBe(200);
    expect((await send(server, 'PATCH', pathOf(ready, 'i0'), { as, body: {} })).status).toBe(200);
    expect((await send(server, 'DELETE', pathOf(ready, 'i1'), { as })).status).toBe(204);
    const activities = `${pathOf(ready)}/addActivities`;
    expect((await send(server, 'POST', activities, { as, body: {} })).status).toBe(400);
    for (const refused of [
      await putItem(server, ready.toUpperCase(), 'i22', validItem(), { as }),
      await send(server, 'PATCH', pathOf(ready, 'i0'), { as, body: {} }),
      await send(server, 'DELETE', pathOf(ready, 'i0'), { as }),
      await send(server, 'POST', activities, { as, body: {} }),
    ])
      assertThrottled(refused, '1', LIMITS.itemIngestion.what);
    for (let call = 0; call < 10; call++)
      expect((await send(server, 'GET', pathOf(ready, 'i0'), { as })).status).toBe(200);
    assertThrottled(await send(server, 'GET', pathOf(ready, 'i0'), { as }), '1', LIMITS.itemReading.what);
    expect((await putItem(server, connection, 'x', validItem(), { as })).status).toBe(409);
    freeze(server, 21_000);
    expect((await send(server, 'GET', pathOf(ready, 'i22'), { as })).status).toBe(404);
    expect((await putItem(server, ready, 'i22', validItem(), { as })).status).toBe(200);
  });

  it('keeps no window of what is not called any more', async () => {
    freeze(server, 0);
    await readGroup(server, connection, 'x', { as });
    expect(Object.keys(await counts(server))).toContain(group());
    freeze(server, 200 * SECOND);
    for (let wait = 0; Object.keys(await counts(server)).includes(group()) && wait < 100; wait++)
      await read(server, connection, { as });
    expect(Object.keys(await counts(server))).toEqual([graph]);
  });

  it('counts in the window that another server has begun if its clock is behind', async () => {
    freeze(server, 5_000);
    await readGroup(server, connection, 'x', { as });
    await set(server, group(), 1_000);
    freeze(server, 4_900);
    expect((await readGroup(server, connection, 'x', { as })).status).toBe(429);
  });

  it('leaves no window in force that begins later than a clock that was put back', async () => {
    freeze(server, 9_000);
    await readGroup(server, connection, 'x', { as });
    await set(server, group(), 1_000);
    freeze(server, 3_000);
    expect((await readGroup(server, connection, 'x', { as })).status).toBe(404);
    expect((await counts(server))[group()]).toBe(1);
  });

  it('counts together with another server over one database', async () => {
    const second = await createApp({ ...server.configuration });
    try {
      await second.listen(0, '127.0.0.1');
      const other: TestServer = { ...server, app: second, url: await second.getUrl() };
      for (const each of [server, other]) freeze(each, 0);
      for (let call = 0; call < 6; call++)
        await readGroup(call % 2 === 0 ? server : other, connection, 'x', { as });
      expect((await counts(server))[group()]).toBe(6);
      await set(server, group(), 999);
      expect((await readGroup(other, connection, 'x', { as })).status).toBe(404);
      for (const each of [server, other])
        expect((await readGroup(each, connection, 'x', { as })).status).toBe(429);
    } finally {
      await second.close();
    }
  });

  it('answers 429 as the OpenAPI document says', async () => {
    freeze(server, 0);
    await readGroup(server, connection, 'x', { as });
    await set(server, group(), 1_000);
    const declared = new Declared(createDocument(server.app, server.configuration));
    const path = '/beta/external/connections/{id}/groups/{groupId}';
    declared.assertAnswer(await readGroup(server, connection, 'x', { as }), 'GET', path);
  });
});

describe('without THROTTLE', () => {
  it('counts nothing', async () => {
    const server = await startServer();
    const as = await tokenOf(server, { tenantId: newTenant() });
    const connection = await newConnection(server, { as });
    for (let call = 0; call < 30; call++) await readGroup(server, connection, 'x', { as });
    expect(await counts(server)).toEqual({});
    expect(() => server.app.get(Throttler)).toThrow();
    await server.close();
  });

  it('does not start with another value', async () => {
    await expect(startServer({ THROTTLE: 'yes' })).rejects.toThrow(/THROTTLE="yes" is invalid/);
  });
});
