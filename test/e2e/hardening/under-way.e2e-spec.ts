import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UnderWay } from '../../../src/graph/http/under-way.js';
import { newTenant, tokenOf } from '../../support/callers.js';
import { create, newId, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import { useServer } from '../../support/server.js';
import { batch, creating, inner, reading } from '../batch/batches.js';

const MOST_REQUESTS = 1_000;
const MOST_BYTES = 100_000_000;
const MOST_BYTES_OF_BODY = 4_000_000;
const CONNECTIONS = '/beta/external/connections';

describe('what one caller has under way', { timeout: 120_000 }, () => {
  const server = useServer();
  let sockets: Socket[];
  beforeAll(async () => {
    sockets = [];
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
  });

  const tenant = (): Promise<string> => tokenOf(server, { tenantId: newTenant() });
  const now = (): { requests: number; bytes: number } => server.app.get(UnderWay).now;

  /** Waits for something that happens by itself. */
  async function until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** A request that does not come to its end: its body is never whole. */
  function begin(as: string | undefined, path: string, headers: string, body = ''): Socket {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n` +
        `${as === undefined ? '' : `Authorization: Bearer ${as}\r\n`}${headers}\r\n\r\n${body}`,
    );
    sockets.push(socket);
    return socket;
  }

  /** Runs while a caller has so many requests that stand still; ends them and sees that nothing is left of them. */
  async function during(beginOne: () => Socket, count: number, work: () => Promise<void>): Promise<void> {
    await until(() => now().requests === 0);
    const begun = Array.from({ length: count }, beginOne);
    await until(() => now().requests === count);
    try {
      await work();
    } finally {
      for (const socket of begun) socket.destroy();
    }
    await until(() => now().requests === 0);
    expect(now()).toEqual({ requests: 0, bytes: 0 });
  }

  function assertRefused(answer: Answer, of: 'requests' | 'bytes'): void {
    assertGraphError(answer, {
      status: 429,
      code: 'TooManyRequests',
      message: 'The server is busy. Please try again later.',
      inner: {
        code: 'TooMuchUnderWay',
        message: expect.stringContaining(
          of === 'requests' ? `may have ${MOST_REQUESTS}` : `may have ${MOST_BYTES} bytes`,
        ),
      },
    });
    expect(answer.headers.get('retry-after')).toBe('1');
  }

  const others = async (): Promise<void> => {
    const as = await tenant();
    expect((await create(server, validConnection(), { as })).status).toBe(201);
    expect((await send(server, 'GET', CONNECTIONS, { as })).status).toBe(200);
    expect((await send(server, 'GET', '/health/ready', { as: null })).status).toBe(200);
  };

  it('may be a thousand requests, and no more; other tenants, other applications and health do not notice [tooMuchUnderWay]', async () => {
    const tenantId = newTenant();
    const as = await tokenOf(server, { tenantId });
    const application = await tokenOf(server, { tenantId, appId: newTenant() });
    expect((await send(server, 'GET', CONNECTIONS, { as })).status).toBe(200);
    await during(
      () => begin(as, CONNECTIONS, 'Content-Length: 10'),
      MOST_REQUESTS,
      async () => {
        const body = validConnection();
        assertRefused(await create(server, body, { as }), 'requests');
        assertRefused(await send(server, 'GET', CONNECTIONS, { as }), 'requests');
        await others();
        expect((await send(server, 'GET', CONNECTIONS, { as: application })).body.value).toEqual([]);
      },
    );
    expect((await send(server, 'GET', CONNECTIONS, { as })).body.value).toEqual([]);
  });

  it.each([
    ['whose length is said', `Content-Length: ${MOST_BYTES_OF_BODY}`, ''],
    [
      'whose length is not said',
      'Transfer-Encoding: chunked',
      `${MOST_BYTES_OF_BODY.toString(16)}\r\n${' '.repeat(MOST_BYTES_OF_BODY)}\r\n`,
    ],
  ])('may be the bodies of 25 of the largest requests, %s: the next is refused', async (_, headers, body) => {
    const as = await tenant();
    const count = MOST_BYTES / MOST_BYTES_OF_BODY;
    await during(
      () => begin(as, CONNECTIONS, headers, body),
      count,
      async () => {
        await until(() => now().bytes === MOST_BYTES);
        const refused = validConnection({ description: 'x'.repeat(100_000) });
        assertRefused(await create(server, refused, { as }), 'bytes');
        await others();
      },
    );
    expect((await send(server, 'GET', CONNECTIONS, { as })).body.value).toEqual([]);
    expect((await create(server, validConnection(), { as })).status).toBe(201);
  });

  it('may be the answers that a client does not take: it gets no others, until it leaves', async () => {
    const as = await tenant();
    const id = newId();
    const made = await create(server, validConnection({ id, description: 'x'.repeat(3_900_000) }), { as });
    expect(made.status).toBe(201);
    await until(() => now().requests === 0);
    const { hostname, port } = new URL(server.url);
    const get = `GET ${CONNECTIONS}/${id} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${as}\r\n\r\n`;
    const silent = Array.from({ length: 40 }, () => {
      const socket = connect(Number(port), hostname).pause();
      socket.on('error', () => undefined);
      // What is between the two ends of a connection takes the first of its answers, and the others wait behind it.
      socket.write(get.repeat(3));
      sockets.push(socket);
      return socket;
    });
    await until(() => now().bytes > 0.9 * MOST_BYTES);
    silent.push(begin(as, CONNECTIONS, `Content-Length: ${MOST_BYTES_OF_BODY}`));
    await until(() => now().bytes > MOST_BYTES - MOST_BYTES_OF_BODY);
    assertRefused(await send(server, 'GET', `${CONNECTIONS}/${id}`, { as }), 'bytes');
    assertRefused(inner(await batch(server, [reading('1', id)], { as }), '1'), 'bytes');
    // What changes something has been done when its answer is known.
    const created = newId();
    const written = await batch(server, [creating('1', validConnection({ id: created }))], { as });
    expect(inner(written, '1').status).toBe(201);
    await others();
    for (const socket of silent) socket.destroy();
    await until(() => now().requests === 0);
    expect(now().bytes).toBe(0);
    expect((await send(server, 'GET', `${CONNECTIONS}/${id}`, { as })).status).toBe(200);
  });

  it('is nothing when its requests have ended, whatever became of them', async () => {
    const as = await tenant();
    await create(server, validConnection(), { as });
    await create(server, { id: 'no' }, { as });
    await create(server, 'not JSON', { as });
    await create(server, 'x'.repeat(MOST_BYTES_OF_BODY + 1), { as });
    await create(server, 'no gzip', { as, headers: { 'content-encoding': 'gzip' } });
    await send(server, 'GET', '/beta/external/nothing', { as });
    await send(server, 'GET', CONNECTIONS, { as: 'no token' });
    await send(server, 'GET', '/docs', { as: null });
    await send(server, 'GET', '/openapi.json', { as: null });
    await batch(server, [reading('1', 'nothing'), creating('2', {})], { as });
    await until(() => now().requests === 0);
    expect(now().bytes).toBe(0);
  });

  it('is of their address for those without a token: who has one does not notice', async () => {
    const path = '/contoso.example/oauth2/v2.0/token';
    const as = await tenant();
    expect((await send(server, 'GET', CONNECTIONS, { as })).status).toBe(200);
    await during(
      () => begin(undefined, path, 'Content-Length: 10'),
      MOST_REQUESTS,
      async () => {
        const token = await send(server, 'POST', path, { as: null, body: 'x' });
        expect({ status: token.status, error: token.body.error }, token.text).toEqual({
          status: 429,
          error: 'temporarily_unavailable',
        });
        expect(token.headers.get('retry-after')).toBe('1');
        assertRefused(await send(server, 'GET', '/openapi.json', { as: null }), 'requests');
        expect((await send(server, 'GET', '/health/live', { as: null })).status).toBe(200);
      },
    );
    expect((await send(server, 'GET', '/openapi.json', { as: null })).status).toBe(200);
  });
});
