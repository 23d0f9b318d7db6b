import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Clock } from '../../../src/graph/clock.js';
import { FIRST_APP_ID } from '../../../src/identity/local/local-apps.js';
import { create } from '../../support/connections.js';
import { query } from '../../support/database.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import { type LoggedServer, startLogged } from '../../support/logged-server.js';
import {
  foundIn,
  search,
  searchBody,
  searchWorld,
  ticketConnection,
  userOf,
} from '../../support/searches.js';
import { assertSearchError } from '../../support/search-errors.js';
import { startServer, type TestServer } from '../../support/server.js';

describe('what the log says of searches', () => {
  let server: LoggedServer;
  const world = searchWorld();
  let tickets: string;
  beforeAll(async () => {
    server = await startLogged({ SCHEMA_PROVISIONING_MS: '0' });
    tickets = await ticketConnection(server, world);
  });
  afterAll(() => server.close());

  const warnings = async (queryString: string, rest: Record<string, unknown> = {}): Promise<string[]> => {
    server.log.length = 0;
    foundIn(await search(server, world.user, searchBody(tickets, queryString, rest)));
    return server
      .lines()
      .filter(({ level }) => level === 40)
      .map(({ msg }) => String(msg));
  };

  it.each([
    ['*ice', /a \* works only at the end/],
    ['missing:x', /no such property/],
    ['team:x', /not queryable/],
    ['age:old', /cannot be read as the type/],
  ])('kql 4: %s matches nothing, and a warning says why', async (text, reason) => {
    expect(await warnings(text)).toEqual([expect.stringMatching(reason)]);
  });

  it('search 7: a filter over several properties finds nothing, and a warning says why', async () => {
    expect(await warnings('*', { aggregationFilters: ['or(age:"1",priority:"x")'] })).toEqual([
      expect.stringMatching(/joins several properties/),
    ]);
  });

  it('search 2: the wildcard source finds nothing, and a warning says why', async () => {
    expect(await warnings('*', { contentSources: ['/external/connections/*'] })).toEqual([
      expect.stringMatching(/EMULATE_KNOWN_ISSUES=false/),
    ]);
  });

  it('says nothing of a query that does what it says, and ten things at most of another', async () => {
    expect(await warnings('printer AND priority:high')).toEqual([]);
    const many = Array.from({ length: 40 }, (_, index) => `missing${index}:x`).join(' ');
    expect(await warnings(many)).toHaveLength(10);
  });

  it('field 5.10: has the reason of a refusal in the line of the request', async () => {
    server.log.length = 0;
    assertSearchError(await search(server, world.user, searchBody(tickets, '')));
    const line = server.lines().find(({ msg }) => msg === 'request');
    expect(line).toMatchObject({
      status: 400,
      error: { code: 'BadRequest', message: expect.stringContaining('queryString required') },
    });
  });
});

const NOW = new Date();

describe('limits of searches', () => {
  let server: TestServer;
  const world = searchWorld();
  const user = { as: { ...userOf(world.tenantId, world.userId), at: new Date(NOW.getTime() - 60_000) } };
  beforeAll(async () => {
    server = await startServer({ THROTTLE: 'graph', SCHEMA_PROVISIONING_MS: '0' });
    // No window ends meanwhile.
    server.app.get(Clock).now = () => NOW;
  });
  afterAll(() => server.close());

  const ask = (): Promise<Answer> => search(server, user, searchBody('contosohr'));
  const retrieve = (): Promise<Answer> =>
    send(server, 'POST', '/v1.0/copilot/retrieval', {
      ...user,
      body: { queryString: 'printer', dataSource: 'externalItem' },
    });
  const set = (key: string, calls: number): Promise<unknown> =>
    query(server, 'UPDATE "throttle_window" SET "calls" = ? WHERE "key" = ?', [calls, key]);

  it.each<[string, () => Promise<Answer>, string, number, string]>([
    [
      'search 10',
      ask,
      `search ${world.tenantId} ${FIRST_APP_ID.toLowerCase()} ${world.userId}`,
      10_000,
      'searches of an application for a user',
    ],
    ['retrieval 6', retrieve, `retrieval ${world.tenantId} ${world.userId}`, 200, 'retrievals of a user'],
  ])(
    '%s: with THROTTLE=graph more calls than that are 429 [requestThrottled]',
    async (_section, call, key, calls, what) => {
      expect((await call()).status).toBe(200);
      await set(key, calls);
      const answer = await call();
      assertGraphError(answer, {
        status: 429,
        code: 'TooManyRequests',
        inner: {
          code: 'RequestThrottled',
          message: expect.stringContaining(`The limit of ${what}, ${calls} calls`),
        },
      });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    },
  );

  it('a search through all connections of a tenant with more than 100 is refused [searchRequestNotValid] [retrievalConnectionsTooMany]', async () => {
    const many = await startServer();
    try {
      for (let index = 0; index < 101; index++) await create(many, undefined, world.owner);
      const answer = await search(many, world.user, {
        requests: [
          { entityTypes: ['externalItem'], contentSources: ['Connectors'], query: { queryString: 'x' } },
        ],
      });
      expect(assertSearchError(answer)).toContain('more than 100 connections');
      const retrieved = await send(many, 'POST', '/beta/copilot/retrieval', {
        ...world.user,
        body: { queryString: 'x', dataSource: 'externalItem' },
      });
      assertGraphError(retrieved, {
        status: 400,
        code: 'InvalidRequest',
        inner: { code: 'TooManyConnections' },
      });
    } finally {
      await many.close();
    }
  });
});
