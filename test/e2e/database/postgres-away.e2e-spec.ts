import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { tokenOf } from '../../support/callers.js';
import { create, newId, read, validConnection } from '../../support/connections.js';
import { assertDatabaseLost } from '../../support/errors.js';
import { describeException } from '../../support/exceptions.js';
import { type Answer, send } from '../../support/http.js';
import { type LogLine, startLogged } from '../../support/logged-server.js';
import { PostgresCluster } from '../../support/postgres/cluster.js';
import { sendTo } from '../../support/postgres/databases.js';
import { startServer, type TestServer } from '../../support/server.js';

const LONGEST_MS = 2_000;
const BACK_WITHIN_MS = 5_000;

describeException('PostgreSQL that is away', () => {
  let cluster: PostgresCluster;
  let server: TestServer;
  let as: string;
  let id: string;
  beforeAll(async () => {
    cluster = await PostgresCluster.start();
    server = await startServer({ DATABASE_URL: cluster.url('postgres') });
    as = await tokenOf(server);
  });
  afterAll(async () => {
    await server.close();
    await cluster.stop();
  });
  beforeEach(async () => {
    id = newId();
    expect((await create(server, validConnection({ id }), { as })).status).toBe(201);
  });

  const live = (): Promise<Answer> => send(server, 'GET', '/health/live', { as: null });
  const ready = (): Promise<Answer> => send(server, 'GET', '/health/ready', { as: null });

  async function lostInTime(request: () => Promise<Answer>): Promise<void> {
    const started = performance.now();
    assertDatabaseLost(await request());
    expect(performance.now() - started).toBeLessThan(LONGEST_MS);
  }

  /** Ten of each at once, more than the pool has connections. */
  async function assertAllLostInTime(): Promise<void> {
    const requests = [
      () => create(server, undefined, { as }),
      () => read(server, id, { as }),
      () => send(server, 'GET', '/beta/external/connections', { as }),
      () => send(server, 'DELETE', `/beta/external/connections/${id}`, { as }),
      ready,
    ];
    await Promise.all(requests.flatMap((request) => Array.from({ length: 10 }, () => lostInTime(request))));
    expect((await live()).status).toBe(200);
  }

  async function assertBackInTime(): Promise<void> {
    const end = performance.now() + BACK_WITHIN_MS;
    while ((await ready()).status !== 200) {
      expect(performance.now()).toBeLessThan(end);
      await wait(50);
    }
    expect((await read(server, id, { as })).status).toBe(200);
    expect((await create(server, undefined, { as })).status).toBe(201);
  }

  it('every request gets 503 within 2 s, live 200, and service resumes by itself [databaseNotAvailable]', async () => {
    await cluster.control('-m', 'immediate', 'stop');
    await assertAllLostInTime();
    await assertAllLostInTime();
    await cluster.startAgain();
    await assertBackInTime();
  });

  it('without a word: every request gets 503 within 2 s all the same [databaseNotAvailable]', async () => {
    cluster.freeze();
    try {
      await assertAllLostInTime();
      await assertAllLostInTime();
    } finally {
      cluster.thaw();
    }
    await assertBackInTime();
  });

  it('is told once when it begins and once when it ends, and no request has a stack [databaseNotAvailable]', async () => {
    const logged = await startLogged({ DATABASE_URL: cluster.url('postgres') });
    const told = (text: string): LogLine[] =>
      logged.lines().filter(({ msg }) => String(msg).startsWith(text));
    try {
      await cluster.control('-m', 'immediate', 'stop');
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          index % 2 === 0 ? create(logged, undefined, { as }) : read(logged, id, { as }),
        ),
      );
      for (const answer of answers) assertDatabaseLost(answer);
      await expect.poll(() => told('request').length).toBe(answers.length);
      for (const line of told('request'))
        expect(line).toMatchObject({ level: 30, status: 503, error: { code: 'DatabaseNotAvailable' } });
      expect(told('The database does not answer: ')).toEqual([expect.objectContaining({ level: 50 })]);
      await cluster.startAgain();
      await expect.poll(() => told('The database answers again.').length).toBe(1);
      expect(logged.log.join('')).not.toContain('"stack"');
      expect(logged.lines().filter(({ level }) => Number(level) > 30)).toHaveLength(2);
    } finally {
      await logged.close();
    }
  });

  it('is not that, where the connection alone that asks for it is ended', async () => {
    await sendTo(
      cluster.url('postgres'),
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'SELECT 1' AND application_name = 'graph-connections'",
    );
    const statuses = new Set<number>();
    for (const end = performance.now() + 800; performance.now() < end; await wait(10))
      statuses.add((await read(server, id, { as })).status);
    expect([...statuses]).toEqual([200]);
  });

  it('for a restart with -m immediate: no acknowledged write is lost, and no failure is other than 503', async () => {
    const acknowledged: string[] = [];
    const failures = new Set<number>();
    const stopping = new AbortController();
    const client = async (): Promise<void> => {
      while (!stopping.signal.aborted) {
        const mine = newId();
        const { status } = await create(server, validConnection({ id: mine }), { as });
        if (status === 201) acknowledged.push(mine);
        else failures.add(status);
      }
    };
    const clients = Array.from({ length: 16 }, client);
    await wait(500);
    await cluster.control('-m', 'immediate', 'stop');
    const before = acknowledged.length;
    await cluster.startAgain();
    await assertBackInTime();
    await wait(500);
    stopping.abort();
    await Promise.all(clients);
    expect(before).toBeGreaterThan(0);
    expect(acknowledged.length).toBeGreaterThan(before);
    expect([...failures].filter((status) => status !== 503)).toEqual([]);
    for (const each of acknowledged) expect((await read(server, each, { as })).status).toBe(200);
  });
});
