import { describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { create, ids, newId, read, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { useServer } from '../../support/server.js';
import { batch, creating, inner } from '../batch/batches.js';

type Json = Record<string, unknown>;

const CARD = { type: 'AdaptiveCard', version: '1.2', body: [{ type: 'TextBlock', text: 'x' }] };
const RESOLVER = { '@odata.type': '#microsoft.graph.externalConnectors.itemIdResolver' };

describe('the settings of a connection', () => {
  const server = useServer();
  const as = { tenantId: newTenant() };

  /** The connection as beta shows it, after it was made with the settings, after an update, and after a batch. */
  async function written(settings: Json, version: string): Promise<Json[]> {
    const made = validConnection(settings);
    const created = await create(server, made, { as, version });
    expect(created.status, created.text).toBe(201);
    const changed = validConnection();
    await create(server, changed, { as });
    const path = `/${version}/external/connections/${String(changed.id)}`;
    expect((await send(server, 'PATCH', path, { as, body: settings })).status).toBe(204);
    const inBatch = validConnection(settings);
    expect(inner(await batch(server, [creating('1', inBatch)], { as, version }), '1').status).toBe(201);
    const shown = [];
    for (const { id } of [made, changed, inBatch])
      shown.push((await read(server, String(id), { as })).body as Json);
    return shown;
  }

  async function assertRefused(settings: Json, version: string, expected: Json): Promise<void> {
    const id = newId();
    await create(server, validConnection({ id }), { as });
    const before = (await read(server, id, { as })).body as Json;
    const path = `/${version}/external/connections/${id}`;
    for (const answer of [
      await create(server, validConnection(settings), { as, version }),
      await send(server, 'PATCH', path, { as, body: settings }),
      inner(await batch(server, [creating('1', validConnection(settings))], { as, version }), '1'),
    ])
      assertGraphError(answer, { status: 400, ...expected } as never);
    expect((await read(server, id, { as })).body).toEqual(before);
  }

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    it('field 3.2: takes enabledContentExperiences as one string, and no array', async () => {
      for (const value of [['search', 'compliance'], ['search'], [], 7, {}])
        await assertRefused({ enabledContentExperiences: value }, version, {
          code: 'BadRequest',
          message: 'Property enabledContentExperiences in payload has a value that does not match schema.',
          inner: {
            code: 'PropertyTypeMismatch',
            message: expect.stringContaining('one string, its members joined by commas'),
          },
        });
    });

    it.each([
      ['search,compliance', 'search,compliance'],
      ['search, compliance', 'search,compliance'],
      ['Compliance ,SEARCH', 'search,compliance'],
      ['compliance', 'compliance'],
    ])('field 3.10: answers %j as %j, without a blank', async (sent, answered) => {
      for (const shown of await written({ enabledContentExperiences: sent }, version))
        expect(shown.enabledContentExperiences).toBe(answered);
    });

    it('field 3.3: gives a template without priority 0', async () => {
      const settings = {
        searchSettings: { searchResultTemplates: [{ id: 'tpl', layout: CARD }] },
        complianceSettings: { eDiscoveryResultTemplates: [{ id: 'ediscovery', layout: CARD }] },
      };
      for (const shown of await written(settings, version))
        expect(shown).toMatchObject({
          searchSettings: { searchResultTemplates: [{ id: 'tpl', layout: CARD, priority: 0 }] },
          complianceSettings: {
            eDiscoveryResultTemplates: [{ id: 'ediscovery', layout: CARD, priority: 0 }],
          },
        });
      for (const priority of [null, 'high', 1.5])
        await assertRefused(
          { searchSettings: { searchResultTemplates: [{ id: 'tpl', layout: CARD, priority }] } },
          version,
          { code: 'BadRequest', inner: { code: 'PropertyTypeMismatch' } },
        );
    });

    it('field 3.5: reads and ignores contentDomainCategoryName', async () => {
      for (const value of ['hr', null, { any: [1] }])
        for (const shown of await written({ contentDomainCategoryName: value }, version))
          expect(shown).not.toHaveProperty('contentDomainCategoryName');
    });

    it('field 3.8: makes an absent or null itemId an empty string', async () => {
      const urlToItemResolvers = [
        { ...RESOLVER, priority: 1 },
        { ...RESOLVER, priority: 2, itemId: null },
        { ...RESOLVER, priority: 3, itemId: '{id}' },
      ];
      for (const shown of await written({ activitySettings: { urlToItemResolvers } }, version))
        expect(shown.activitySettings).toEqual({
          urlToItemResolvers: [
            { ...RESOLVER, priority: 1, itemId: '' },
            { ...RESOLVER, priority: 2, itemId: '' },
            { ...RESOLVER, priority: 3, itemId: '{id}' },
          ],
        });
    });
  });

  describe('field 3.4: contentCategory', () => {
    const list = (query: string, version: string, own: object) =>
      send(server, 'GET', `/${version}/external/connections?${query}`, { as: own });

    it.each(['beta', 'v1.0'])(
      'is uncategorized by default: left out of a plain answer, found and sorted as such, in %s',
      async (version) => {
        const own = { tenantId: newTenant() };
        for (const [id, contentCategory] of [
          ['aaa', undefined],
          ['bbb', 'wikis'],
          ['ccc', 'uncategorized'],
          ['ddd', 'crm'],
        ])
          expect(
            (await create(server, validConnection({ id, contentCategory }), { as: own, version })).status,
          ).toBe(201);
        expect((await read(server, 'aaa', { as: own, version })).body).not.toHaveProperty('contentCategory');
        expect((await read(server, 'ccc', { as: own, version })).body.contentCategory).toBe('uncategorized');
        const one = await read(server, 'aaa?$select=contentCategory', { as: own, version });
        expect(one.body).toEqual({
          '@odata.context': `${server.url}/${version}/$metadata#external/connections(contentCategory)/$entity`,
          contentCategory: 'uncategorized',
        });
        const selected = await list('$select=id,contentCategory', version, own);
        expect(selected.body.value).toEqual([
          { id: 'aaa', contentCategory: 'uncategorized' },
          { id: 'bbb', contentCategory: 'wikis' },
          { id: 'ccc', contentCategory: 'uncategorized' },
          { id: 'ddd', contentCategory: 'crm' },
        ]);
        for (const [filter, found] of [
          ["contentCategory eq 'uncategorized'", ['aaa', 'ccc']],
          ["contentCategory ne 'uncategorized'", ['bbb', 'ddd']],
          ["contentCategory in ('uncategorized','crm')", ['aaa', 'ccc', 'ddd']],
          ["not(contentCategory eq 'crm')", ['aaa', 'bbb', 'ccc']],
          ['contentCategory eq null', []],
        ] as const) {
          expect(ids(await list(`$filter=${filter}`, version, own)), filter).toEqual(found);
          const count = await send(
            server,
            'GET',
            `/${version}/external/connections/$count?$filter=${filter}`,
            {
              as: own,
            },
          );
          expect(count.body).toBe(found.length);
        }
        for (const [order, sorted] of [
          ['contentCategory', ['ddd', 'aaa', 'ccc', 'bbb']],
          ['contentCategory desc', ['bbb', 'aaa', 'ccc', 'ddd']],
        ] as const) {
          const seen: string[] = [];
          let next: string | undefined = `/${version}/external/connections?$orderby=${order}&$top=1`;
          while (next !== undefined) {
            const page = await send(server, 'GET', next, { as: own });
            expect(page.status, page.text).toBe(200);
            seen.push(...ids(page));
            next = (page.body['@odata.nextLink'] as string | undefined)?.slice(server.url.length);
          }
          expect(seen).toEqual(sorted);
        }
      },
    );

    it('can be any category, and not null', async () => {
      for (const version of ['beta', 'v1.0'])
        await assertRefused({ contentCategory: null }, version, { code: 'BadRequest' });
    });

    it('answers null to $select for every setting that nobody made, ingestedItemsCount in draft as well', async () => {
      const id = newId();
      await create(server, validConnection({ id }), { as });
      const beta = ['enabledContentExperiences', 'complianceSettings', 'ingestedItemsCount'];
      const both = ['connectorId', 'searchSettings', 'activitySettings'];
      for (const [version, names] of [
        ['beta', [...both, ...beta]],
        ['v1.0', both],
      ] as const) {
        const nulls = Object.fromEntries(names.map((name) => [name, null]));
        const answer = await read(server, `${id}?$select=${names.join(',')}`, { as, version });
        const { '@odata.context': _context, ...shown } = answer.body;
        expect(shown).toEqual(nulls);
        const plain = (await read(server, id, { as, version })).body;
        for (const name of names) expect(plain).not.toHaveProperty(name);
      }
    });
  });
});
