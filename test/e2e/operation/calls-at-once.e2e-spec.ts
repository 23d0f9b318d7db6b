import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Clock } from '../../../src/graph/clock.js';
import { MOST_AT_ONCE } from '../../../src/throttling/limits.js';
import { newTenant, tokenOf } from '../../support/callers.js';
import { read } from '../../support/connections.js';
import { query } from '../../support/database.js';
import { assertGraphError } from '../../support/errors.js';
import { groupsPath, newConnection, readGroup } from '../../support/groups.js';
import { type Answer, send } from '../../support/http.js';
import { startServer, type TestServer } from '../../support/server.js';
import { RawConnection } from '../../support/socket.js';
import { batch, inner } from '../batch/batches.js';

const START = new Date();
const APP_B = 'bbbbbbbb-1111-4111-8111-111111111111';

function assertTooMany(answer: Answer): void {
  assertGraphError(answer, {
    status: 429,
    code: 'TooManyRequests',
    message: 'The server is busy. Please try again later.',
    inner: {
      code: 'RequestThrottled',
      message:
        'The limit of 25 calls under way at once, for an application on a connection, is exceeded. Try again after 1 second.',
    },
  });
  expect(answer.headers.get('retry-after')).toBe('1');
}

describe('field 3.9: with THROTTLE=graph, calls under way', () => {
  let server: TestServer;
  let tenantId: string;
  let as: string;
  let connection: string;
  let open: RawConnection[];
  beforeEach(async () => {
    server = await startServer({ THROTTLE: 'graph' });
    server.app.get(Clock).now = () => START;
    tenantId = newTenant();
    as = await tokenOf(server, { tenantId, at: new Date(START.getTime() - 60_000) });
    connection = await newConnection(server, { as });
    open = [];
  });
  afterEach(async () => {
    for (const call of open) call.close();
    await server.close();
  });

  const get = () => read(server, connection, { as });

  /** How many calls the guard has counted, which runs before a call is under way. */
  async function counted(): Promise<number> {
    const rows = await query<{ calls: number }>(
      server,
      `SELECT "calls" FROM "throttle_window" WHERE "key" LIKE 'graph %'`,
    );
    return rows[0]?.calls ?? 0;
  }

  /** Begins a call that does not end, for its body does not; it is under way, or refused, when this is done. */
  async function begin(): Promise<RawConnection> {
    const before = await counted();
    const call = await RawConnection.to(server.url);
    call.request(`PATCH /beta/external/connections/${connection}`, {
      Authorization: `Bearer ${as}`,
      'Content-Type': 'application/json',
      'Content-Length': '100',
    });
    for (let tries = 0; (await counted()) === before && tries < 2_000; tries++) await wait(1);
    return call;
  }

  /** The answer of the first call that is as wanted: the server sees in its own time what ends. */
  async function until(wanted: number, between: () => Promise<void> = async () => {}): Promise<Answer> {
    for (let tries = 0; tries < 200; tries++) {
      const answer = await get();
      if (answer.status === wanted) return answer;
      await between();
    }
    throw new Error(`No answer was ${wanted}.`);
  }

  /** Has as many calls under way as may be, and gives the answer of one more. One that came too early begins anew. */
  async function full(): Promise<Answer> {
    while (open.length < MOST_AT_ONCE) open.push(await begin());
    return until(429, async () => {
      for (const [index, call] of open.entries())
        if ((await call.received(/^/)).includes(' 429 ')) open[index] = await begin();
    });
  }

  it('of one application on one connection are 25 at most, the next is 429 [tooManyAtOnce]', async () => {
    assertTooMany(await full());
    for (const answer of [
      await read(server, connection.toUpperCase(), { as, version: 'v1.0' }),
      await send(server, 'PATCH', `/v1.0/external/connections('${connection}')`, { as, body: {} }),
      await readGroup(server, connection, 'x', { as }),
      await send(server, 'PUT', `/beta/external/connections/${connection}/items/x`, { as, body: {} }),
      inner(
        await batch(server, [{ id: '1', method: 'GET', url: `/external/connections/${connection}` }], { as }),
        '1',
      ),
    ])
      assertTooMany(answer);
  });

  it('hinder neither another connection, another application, another tenant nor the list', async () => {
    await full();
    const at = new Date(START.getTime() - 60_000);
    const other = await newConnection(server, { as });
    expect((await read(server, other, { as })).status).toBe(200);
    expect((await read(server, connection, { as: { tenantId, appId: APP_B, at } })).status).toBe(200);
    expect((await read(server, connection, { as: { tenantId: newTenant(), at } })).status).toBe(404);
    expect((await send(server, 'GET', '/beta/external/connections', { as })).status).toBe(200);
    assertTooMany(await get());
  });

  it('are one less when one has ended, by its answer or because its client is gone', async () => {
    await full();
    const [answered, gone] = open.splice(0, 2) as [RawConnection, RawConnection];
    answered.write(JSON.stringify({ name: 'x' }).padEnd(100));
    expect(await answered.received(/\r\n\r\n$/)).toMatch(/HTTP\/1.1 204/);
    await until(200);
    answered.close();
    gone.close();
    assertTooMany(await full());
    for (const call of open.splice(0)) call.close();
    await until(200);
    assertTooMany(await full());
  });

  it.each(['a call that succeeds', 'a call that is refused', 'a call that fails', 'a call of a batch'])(
    'do not count %s any more when it has ended',
    async (what) => {
      const calls: Record<string, () => Promise<number>> = {
        'a call that succeeds': async () => (await get()).status,
        'a call that is refused': async () =>
          (
            await send(server, 'PATCH', `/beta/external/connections/${connection}`, {
              as,
              body: { colour: 1 },
            })
          ).status,
        'a call that fails': async () => (await send(server, 'GET', groupsPath(connection), { as })).status,
        'a call of a batch': async () =>
          inner(
            await batch(server, [{ id: '1', method: 'GET', url: `/external/connections/${connection}` }], {
              as,
            }),
            '1',
          ).status,
      };
      if (what === 'a call that fails') await query(server, 'DROP TABLE external_group');
      const seen = new Set<number>();
      for (let call = 0; call < 2 * MOST_AT_ONCE; call++) seen.add(await calls[what]!());
      expect([...seen]).toEqual([{ 'a call that is refused': 400, 'a call that fails': 500 }[what] ?? 200]);
    },
  );

  it('count nothing that a guard refuses', async () => {
    for (let call = 0; call < 2 * MOST_AT_ONCE; call++)
      expect((await read(server, connection, { as: null })).status).toBe(401);
    expect((await get()).status).toBe(200);
  });
});

describe('without THROTTLE', () => {
  it('any number of calls is under way', async () => {
    const server = await startServer();
    const connection = await newConnection(server);
    const answers = await Promise.all(
      Array.from({ length: 4 * MOST_AT_ONCE }, () => read(server, connection)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    await server.close();
  });
});
