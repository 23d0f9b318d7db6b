import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { create, newId, read, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import { startServer, type TestServer } from '../../support/server.js';

const TARGET = 'activitySettings.urlToItemResolvers[0].urlMatchInfo.urlPattern';

const withPatterns = (...patterns: string[]): Record<string, unknown> => ({
  activitySettings: {
    urlToItemResolvers: patterns.map((urlPattern, index) => ({
      '@odata.type': '#microsoft.graph.externalConnectors.itemIdResolver',
      priority: index + 1,
      itemId: '{id}',
      urlMatchInfo: { baseUrls: ['https://contoso.com'], urlPattern },
    })),
  },
});

const refused = (answer: Answer, message: unknown): void => {
  assertGraphError(answer, {
    status: 400,
    code: 'InvalidRequest',
    message: 'The request is malformed or incorrect.',
    inner: { code: 'UnsafeUrlPattern', source: 'Connection', message },
  });
  expect(answer.body.error.details[0]).toMatchObject({ code: 'UnsafeUrlPattern', target: TARGET });
};

const CATASTROPHIC = [
  '(a+)+$',
  '^(a|a)*$',
  '^(a|aa)+$',
  '(.*)*x',
  '(?<id>(x+x+)+y)',
  String.raw`^(\w+\s?)*$`,
  String.raw`^(([a-z])+.)+[A-Z]([a-z])+$`,
  String.raw`^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$`,
  '^(?<id>(?:[^/]+/?)+)$',
  '^(?:.?){30}a{30}$',
  '(?=(a+)+$)b',
  '(?<=(a+)+)b',
  String.raw`\B(a+)+$`,
  '^.*.*.*.*=$',
  '/(?<a>.*)/(?<b>.*)/(?<id>.*)$',
];

const GOOD = [
  '/tickets/(?<id>[^/?]+)',
  '/employees/(?<id>[^/]+)',
  '(?<id>.)',
  '/(?<site>.*)/(?<id>.*)',
  String.raw`/articles/(?<slug>[a-z0-9-]+)/(?<id>\d+)/?$`,
  '[?&]id=(?<id>[^&]+)',
  '(?<id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})',
  String.raw`/items/(?!new)(?<id>\d+)(?=/|$)`,
  String.raw`/(?<año>\w+)/\k<año>`,
];

describe('urlPattern, the regular expression of an itemIdResolver', () => {
  let server: TestServer;
  const as = { tenantId: newTenant() };
  beforeAll(async () => {
    server = await startServer();
    await create(server, validConnection(withPatterns('a')), { as });
  }, 30_000);
  afterAll(() => server.close());

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    it.each(CATASTROPHIC)(
      'may not be the catastrophic %s [urlPatternNotSafe]',
      async (pattern) => {
        const id = newId();
        const message = expect.stringMatching(
          /^The regular expression of '.*' is not safe: the time that it takes can grow (exponentially|with the power \d+) with the length of the URL\./,
        );
        refused(
          await create(server, validConnection({ id, ...withPatterns(pattern) }), { as }, version),
          message,
        );
        expect((await read(server, id, { as })).status).toBe(404);

        await create(server, validConnection({ id }), { as });
        const before = (await read(server, id, { as })).body;
        const body = { name: 'Changed', ...withPatterns(pattern) };
        refused(await send(server, 'PATCH', `/${version}/external/connections/${id}`, { as, body }), message);
        expect((await read(server, id, { as })).body).toEqual(before);
      },
      30_000,
    );
  });

  it.each(GOOD)(
    'may be %s, and is read back as it was written',
    async (pattern) => {
      const body = validConnection(withPatterns(pattern));
      const answer = await create(server, body, { as });
      expect(answer.status, answer.text).toBe(201);
      expect((await read(server, String(body.id), { as })).body.activitySettings).toEqual(
        body.activitySettings,
      );
    },
    30_000,
  );

  it('is told of each resolver', async () => {
    const answer = await create(server, validConnection(withPatterns('(a+)+$', 'good', '(b*)*c')), { as });
    refused(answer, expect.stringContaining(TARGET));
    expect(answer.body.error.details.map(({ target }: { target: string }) => target)).toEqual([
      TARGET,
      TARGET.replace('[0]', '[2]'),
    ]);
  }, 30_000);

  it('does not say to a stranger more than that the connection is not there', async () => {
    const path = '/beta/external/connections/missing';
    assertGraphError(await send(server, 'PATCH', path, { as, body: withPatterns('(a+)+$') }), {
      status: 404,
      code: 'ItemNotFound',
    });
  }, 30_000);

  it.each([
    [
      'many branches',
      `/(${Array.from({ length: 15_000 }, (_, index) => `s${index}`).join('|')})/(?<id>[^/]+)`,
    ],
    ['nesting', `${'(?:'.repeat(20_000)}${')'.repeat(20_000)}`],
    ['repetitions', '(a+)+'.repeat(20_000)],
  ])(
    'of 100 kB of %s is refused in bounded time, and others are answered quickly meanwhile [urlPatternNotSafe]',
    async (_what, pattern) => {
      const started = performance.now();
      const hostile = create(server, validConnection(withPatterns(pattern)), { as });
      const meanwhile = new AbortController();
      const end = (): void => meanwhile.abort();
      hostile.then(end, end);
      let slowest = 0;
      while (!meanwhile.signal.aborted) {
        const begun = performance.now();
        await read(server, 'missing', { as });
        slowest = Math.max(slowest, performance.now() - begun);
        await wait(10);
      }
      refused(
        await hostile,
        expect.stringMatching(/nested too deeply|could not be decided in time|can grow/),
      );
      expect(performance.now() - started).toBeLessThan(25_000);
      expect(slowest).toBeLessThan(1_500);
    },
    40_000,
  );

  it('may be long, as long as it can be decided', async () => {
    const answer = await create(server, validConnection(withPatterns('/a'.repeat(10_000))), { as });
    expect(answer.status).toBe(201);
  }, 30_000);
});
