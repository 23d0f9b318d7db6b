import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newTenant, tokenOf } from '../../support/callers.js';
import { create, ids, newId, read } from '../../support/connections.js';
import { send } from '../../support/http.js';
import { useServer } from '../../support/server.js';

const PROPERTIES = [
  'id',
  'name',
  'description',
  'configuration',
  'connectorId',
  'contentCategory',
  'enabledContentExperiences',
  'searchSettings',
  'activitySettings',
  'complianceSettings',
  'state',
  'items',
  'priority',
  'layout',
  'rules',
  'urlToItemResolvers',
  'searchResultTemplates',
  'authorizedAppIds',
  'urlMatchInfo',
  '@odata.type',
  '__proto__',
  'constructor',
];
const RESOLVER = '#microsoft.graph.externalConnectors.itemIdResolver';
const TYPES = [RESOLVER, '#microsoft.graph.externalConnectors.searchSettings', '#microsoft.graph.x', 5, null];

/** Anything at all, with the names and words of the contract thrown in so that it gets past the first check. */
const anything = fc.letrec<{ value: unknown; object: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('search', 'null', 'or', 'wikis', ...TYPES),
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.oneof(fc.constantFrom(...PROPERTIES), fc.string()), tie('value'), { maxKeys: 6 }),
})).object;

const text = (maxLength: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: 'grapheme', minLength: 1, maxLength })
    .filter((value) => value.trim() !== '' && !value.includes('\0'));

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

/** Only what the contract allows. */
const valid = fc.record({
  name: text(60),
  description: fc.option(text(200)),
  connectorId: optional(fc.uuid()),
  contentCategory: optional(fc.constantFrom('uncategorized', 'knowledgeBase', 'learningManagement')),
  enabledContentExperiences: optional(fc.constantFrom('search', 'compliance', 'search,compliance')),
  searchSettings: optional(
    fc.record({
      searchResultTemplates: fc.array(
        fc.record({
          id: fc.stringMatching(/^[A-Za-z0-9]{1,16}$/),
          layout: fc.record({
            type: fc.constant('AdaptiveCard'),
            version: fc.constantFrom('1.0', '1.3'),
            body: fc.array(
              fc.record({ type: fc.constant('TextBlock'), text: text(20).filter((t) => !t.includes('$')) }),
              { minLength: 1 },
            ),
          }),
          priority: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
          rules: fc.option(
            fc.array(
              fc.record({
                property: text(20),
                operation: fc.constantFrom('null', 'equals', 'startsWith'),
                values: fc.array(
                  fc.string({ unit: 'grapheme' }).filter((t) => !t.includes('\0')),
                  { minLength: 1 },
                ),
                valuesJoinedBy: fc.constantFrom('or', 'and'),
              }),
              { maxLength: 3 },
            ),
          ),
        }),
        { maxLength: 2 },
      ),
    }),
  ),
  activitySettings: optional(
    fc.record({
      urlToItemResolvers: fc.array(
        fc.record({
          '@odata.type': fc.constant(RESOLVER),
          priority: fc.integer({ min: 1, max: 8 }),
          itemId: fc.constantFrom('{id}', 'x_{a}_{b}'),
          urlMatchInfo: fc.record({
            baseUrls: fc.array(fc.webUrl(), { minLength: 1 }),
            urlPattern: fc.constant('/(?<id>.+)'),
          }),
        }),
        { maxLength: 8 },
      ),
    }),
  ),
});

const withoutUndefined = (value: object): object => JSON.parse(JSON.stringify(value)) as object;

describe('any body at all', () => {
  const server = useServer();

  it('is taken or refused by the client’s fault, and leaves a row only when it is taken', async () => {
    const as = await tokenOf(server, { tenantId: newTenant() });
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          anything,
          anything.map((body) => ({ ...(body as object), id: newId(), name: 'x' })),
        ),
        async (body) => {
          const { status, text: answer } = await create(server, body, { as });
          expect([201, 400, 409, 503], answer).toContain(status);
          if (status === 503) expect(answer).toContain('known issue');
          if (status === 201 || status === 503) taken++;
          expect(ids(await send(server, 'GET', '/beta/external/connections', { as }))).toHaveLength(taken);
        },
      ),
      { numRuns: 250 },
    );
  }, 300_000);

  it('is taken and read back as it was written if the contract allows it', async () => {
    const as = await tokenOf(server, { tenantId: newTenant() });
    await fc.assert(
      fc.asyncProperty(valid, async (settings) => {
        const body = { id: newId(), ...withoutUndefined(settings) };
        const created = await create(server, body, { as });
        expect(created.status, created.text).toBe(201);
        expect(created.body).toMatchObject(body);
        expect((await read(server, body.id, { as })).body).toEqual(created.body);
      }),
      { numRuns: 40 },
    );
  }, 300_000);
});
