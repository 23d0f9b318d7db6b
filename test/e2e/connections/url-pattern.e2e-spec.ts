import { describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { create, newId, read, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import { useServer } from '../../support/server.js';

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

const refused = (answer: Answer): void => {
  assertGraphError(answer, {
    status: 400,
    code: 'InvalidRequest',
    message: 'The request is malformed or incorrect.',
    inner: {
      code: 'InvalidUrlPattern',
      message: expect.stringContaining(`Property '${TARGET}' must be a regular expression (ECMA-262)`),
    },
  });
  expect(answer.body.error.details[0]).toMatchObject({ code: 'InvalidUrlPattern', target: TARGET });
};

const PATTERNS: [what: string, pattern: string][] = [
  ['of a published sample', '/sample-solution-gallery/sample/(?<sampleId>[^/]+)'],
  ['of one segment', '/tickets/(?<id>[^/?]+)'],
  ['of two repetitions', '/(?<site>.*)/(?<id>.*)'],
  ['of a GUID', '(?<id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})'],
  ['with a look-ahead', String.raw`/items/(?!new)(?<id>\d+)(?=/|$)`],
  ['with a look-behind', String.raw`(?<=/items/)(?<id>\d+)`],
  ['with a name and a reference to it', String.raw`/(?<año>\w+)/\k<año>`],
  ['that is valid without flags only', String.raw`/(?<id>[\w-.]+)\-\_`],
  ['that is valid with the flag u only', String.raw`\u{1F642}{2}|\p{Letter}{2,3}+`.replace('+', '')],
  ['that is valid with the flag v only', String.raw`[\p{Letter}--[a-z]]{1,2}(?<id>[[a-z]&&[^x]])`],
  ['of nested repetitions', '(a+)+$'],
  ['of alternatives that match the same text', '^(a|a)*$'],
  ['of repetitions within a look-ahead', '(?=(a+)+$)b'],
  ['of many neighbours', '^.*.*.*.*=$'],
  [
    'that was written against readers of mail addresses',
    String.raw`^([a-zA-Z0-9])(([\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$`,
  ],
  ['of 15,000 alternatives', `/(${Array.from({ length: 15_000 }, (_, index) => `s${index}`).join('|')})/`],
  ['of 20,000 repetitions', '(a+)+'.repeat(20_000)],
  ['of 1,000 groups within each other', `${'(?:'.repeat(1_000)}${')'.repeat(1_000)}`],
];

const NO_PATTERNS: [what: string, pattern: string][] = [
  ['an open group', '('],
  ['an open class', '[a-'],
  ['a repetition of nothing', '*a'],
  ['a range that goes down', '[z-a]'],
  ['the same name twice', '(?<id>a)(?<id>b)'],
  ['a reference to no group', String.raw`(?<id>a)\k<other>`],
  ['a group in the syntax of Python', '(?P<id>.*)'],
];

describe('urlPattern, the regular expression of an itemIdResolver', () => {
  const server = useServer();
  const as = { tenantId: newTenant() };

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    it.each(PATTERNS)(
      'field 3.6: may be one %s, and is read back as it was written',
      async (_what, pattern) => {
        const body = validConnection(withPatterns(pattern));
        const answer = await create(server, body, { as, version });
        expect(answer.status, answer.text.slice(0, 500)).toBe(201);
        const path = `/${version}/external/connections/${String(body.id)}`;
        const changes = withPatterns('first', pattern);
        expect((await send(server, 'PATCH', path, { as, body: changes })).status).toBe(204);
        expect((await read(server, String(body.id), { as, version })).body).toMatchObject(changes);
      },
    );

    it.each(NO_PATTERNS)('field 3.6: may not be %s', async (_what, pattern) => {
      const id = newId();
      refused(await create(server, validConnection({ id, ...withPatterns(pattern) }), { as, version }));
      expect((await read(server, id, { as })).status).toBe(404);

      await create(server, validConnection({ id }), { as });
      const before = (await read(server, id, { as })).body;
      const body = { name: 'Changed', ...withPatterns(pattern) };
      refused(await send(server, 'PATCH', `/${version}/external/connections/${id}`, { as, body }));
      expect((await read(server, id, { as })).body).toEqual(before);
    });
  });

  it('field 3.6: is told of each resolver', async () => {
    const answer = await create(server, validConnection(withPatterns('(', 'good', '[')), { as });
    refused(answer);
    expect(answer.body.error.details.map(({ target }: { target: string }) => target)).toEqual([
      TARGET,
      TARGET.replace('[0]', '[2]'),
    ]);
  });
});
