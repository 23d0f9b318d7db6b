import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { tokenOf } from '../../support/callers.js';
import { create, newId, read, validConnection } from '../../support/connections.js';
import { query } from '../../support/database.js';
import { assertDatabaseLost } from '../../support/errors.js';
import { describeException } from '../../support/exceptions.js';
import { type Answer, send } from '../../support/http.js';
import { type LogLine, startLogged } from '../../support/logged-server.js';
import { PostgresCluster } from '../../support/postgres/cluster.js';
import { startServer, type TestServer } from '../../support/server.js';
import { until } from '../../support/until.js';

/** Writes on each side of a restart. */
const MANY = 50;

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

  /** Ten of each at once, more than the pool has connections. */
  async function assertAllLost(): Promise<void> {
    const requests = [
      () => create(server, validConnection(), { as }),
      () => read(server, id, { as }),
      () => send(server, 'GET', '/beta/external/connections', { as }),
      () => send(server, 'DELETE', `/beta/external/connections/${id}`, { as }),
      ready,
    ];
    const tenTimes = requests.flatMap((request) => Array.from({ length: 10 }, request));
    for (const answer of await Promise.all(tenTimes)) assertDatabaseLost(answer);
    expect((await live()).status).toBe(200);
  }

  async function assertBack(): Promise<void> {
    await until(async () => (await ready()).status === 200);
    expect((await read(server, id, { as })).status).toBe(200);
    expect((await create(server, validConnection(), { as })).status).toBe(201);
  }

  it('every request gets 503, live 200, and service resumes by itself [databaseNotAvailable]', async () => {
    await cluster.control('-m', 'immediate', 'stop');
    await assertAllLost();
    await assertAllLost();
    await cluster.startAgain();
    await assertBack();
  });

  it('without a word: every request gets 503 all the same, and does not wait for it [databaseNotAvailable]', async () => {
    cluster.freeze();
    try {
      await assertAllLost();
      await assertAllLost();
    } finally {
      cluster.thaw();
    }
    await assertBack();
  });

  it('is told once when it begins and once when it ends, and no request has a stack [databaseNotAvailable]', async () => {
    const logged = await startLogged({ DATABASE_URL: cluster.url('postgres') });
    const told = (text: string): LogLine[] =>
      logged.lines().filter(({ msg }) => String(msg).startsWith(text));
    try {
      await cluster.control('-m', 'immediate', 'stop');
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          index % 2 === 0 ? create(logged, validConnection(), { as }) : read(logged, id, { as }),
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
    const asking =
      "FROM pg_stat_activity WHERE query = 'SELECT 1' AND application_name = 'graph-connections'";
    const asks = async (): Promise<unknown[]> =>
      (await query(server, `SELECT pid ${asking}`)).map(({ pid }) => pid);
    const [before] = await asks();
    await query(server, `SELECT pg_terminate_backend(pid) ${asking}`);
    await until(async () => {
      expect((await read(server, id, { as })).status).toBe(200);
      return (await asks()).some((pid) => pid !== before);
    });
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
    await until(() => acknowledged.length >= MANY);
    await cluster.control('-m', 'immediate', 'stop');
    const before = acknowledged.length;
    await cluster.startAgain();
    await assertBack();
    await until(() => acknowledged.length >= before + MANY);
    stopping.abort();
    await Promise.all(clients);
    expect([...failures].filter((status) => status !== 503)).toEqual([]);
    for (const each of acknowledged) expect((await read(server, each, { as })).status).toBe(200);
  });
});
