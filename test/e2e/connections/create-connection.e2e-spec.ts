import { describe, expect, it } from 'vitest';
import { create, newId, read, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { useServer } from '../../support/server.js';

const SEED_REQUEST = {
  id: 'contosohr',
  name: 'Contoso HR',
  description: 'Connection to index Contoso HR system',
};
const SEED_RESPONSE = {
  ...SEED_REQUEST,
  state: 'draft',
  configuration: { authorizedAppIds: ['d310d35d-72ec-47dd-92f2-fb9c40936555'] },
};
const RESOLVER = '#microsoft.graph.externalConnectors.itemIdResolver';

describe('POST /external/connections', () => {
  const server = useServer();

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    it("answers the seed's request with the seed's response", async () => {
      const as = { tenantId: newTenantFor(version) };
      const answer = await create(server, SEED_REQUEST, { as, version });
      expect(answer.status).toBe(201);
      expect(answer.body).toEqual({
        '@odata.context': `${server.url}/${version}/$metadata#external/connections/$entity`,
        ...SEED_RESPONSE,
      });
      expect(Object.keys(answer.body)[0]).toBe('@odata.context');
      expect(answer.headers.get('location')).toBe(`${server.url}/${version}/external/connections/contosohr`);
      expect(answer.headers.get('content-type')).toContain('odata.metadata=minimal');
      expect(answer.headers.get('odata-version')).toBe('4.0');
      const again = await read(server, 'contosohr', { as, version });
      expect(again.body).toEqual(answer.body);
    });
  });

  it('needs a description in v1.0 and none in beta', async () => {
    const body = validConnection({ description: undefined });
    assertGraphError(await create(server, body, { version: 'v1.0' }), {
      status: 400,
      code: 'InvalidRequest',
      inner: { code: 'RequiredPropertyMissing', message: "Property 'description' is required." },
    });
    const answer = await create(server, body);
    expect(answer.status).toBe(201);
    expect(answer.body.description).toBeNull();
  });

  it('keeps and answers every property that a client may write', async () => {
    const settings = {
      connectorId: 'b4a1ef4b-7f2d-4b8e-9a1b-2c3d4e5f6a7b',
      contentCategory: 'knowledgeBase',
      configuration: { authorizedAppIds: ['1c1c9a6a-5a7c-4f0e-8b1d-0a2b3c4d5e6f'], remark: { kept: true } },
      enabledContentExperiences: 'search,compliance',
      searchSettings: {
        searchResultTemplates: [
          {
            id: 'card1',
            priority: 1,
            layout: {
              type: 'AdaptiveCard',
              version: '1.3',
              body: [{ type: 'TextBlock', text: '${title} – ü 漢 😀' }],
            },
            rules: [{ property: 'priority', operation: 'null', values: ['high'], valuesJoinedBy: 'or' }],
          },
        ],
      },
      activitySettings: {
        urlToItemResolvers: [
          {
            '@odata.type': RESOLVER,
            priority: 1,
            itemId: '{id}',
            urlMatchInfo: { baseUrls: ['https://contoso.com'], urlPattern: '/(?<id>[^/]+)' },
          },
        ],
      },
      complianceSettings: {
        eDiscoveryResultTemplates: [
          {
            id: 'card2',
            priority: 2,
            layout: { type: 'AdaptiveCard', version: '1.2', body: [{ type: 'TextBlock', text: 'x' }] },
          },
        ],
      },
    };
    const body = validConnection(settings);
    const answer = await create(server, body);
    expect(answer.status, answer.text).toBe(201);
    const expected = {
      ...body,
      state: 'draft',
      configuration: {
        authorizedAppIds: ['d310d35d-72ec-47dd-92f2-fb9c40936555', '1c1c9a6a-5a7c-4f0e-8b1d-0a2b3c4d5e6f'],
        remark: { kept: true },
      },
    };
    const { '@odata.context': _context, ...created } = answer.body;
    expect(created).toEqual(expected);
    const { '@odata.context': _again, ...readBack } = (await read(server, body.id as string)).body;
    expect(readBack).toEqual(expected);
    const v1 = (await read(server, body.id as string, { version: 'v1.0' })).body;
    expect(v1).not.toHaveProperty('enabledContentExperiences');
    expect(v1).not.toHaveProperty('complianceSettings');
    expect(v1).toHaveProperty('searchSettings');
  });

  it('is as lenient as real clients need, and answers in the canonical form', async () => {
    const body = validConnection({
      '@odata.type': '#microsoft.graph.externalConnectors.externalConnection',
      contentCategory: 'KNOWLEDGEbase',
      enabledContentExperiences: 'Compliance, search ,SEARCH',
      configuration: {
        '@odata.type': 'microsoft.graph.externalConnectors.configuration',
        authorizedAppIds: [],
      },
      activitySettings: {
        '@odata.type': '#microsoft.graph.externalConnectors.activitySettings',
        urlToItemResolvers: [{ priority: 1, '@odata.type': RESOLVER }],
        'urlToItemResolvers@odata.type': '#Collection(x)',
      },
      searchSettings: null,
      'name@odata.type': 'String',
    });
    const answer = await create(server, body);
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body).toMatchObject({
      contentCategory: 'knowledgeBase',
      enabledContentExperiences: 'search,compliance',
      configuration: { authorizedAppIds: ['d310d35d-72ec-47dd-92f2-fb9c40936555'] },
      activitySettings: { urlToItemResolvers: [{ '@odata.type': RESOLVER, priority: 1 }] },
    });
    expect(answer.body).not.toHaveProperty('searchSettings');
    const { '@odata.context': _, ...bare } = answer.body;
    expect(JSON.stringify(bare).match(/@odata/g)).toHaveLength(1);
  });

  it('ignores what the service computes', async () => {
    const body = validConnection({
      state: 'ready',
      ingestedItemsCount: 7,
      items: [{}],
      schema: null,
      quota: 'x',
    });
    const answer = await create(server, body);
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body.state).toBe('draft');
    expect(answer.body).not.toHaveProperty('items');
  });

  it('names the creating application among the authorizedAppIds once, whatever the client sends', async () => {
    for (const authorizedAppIds of [
      undefined,
      null,
      [],
      ['D310D35D-72EC-47DD-92F2-FB9C40936555'],
      ['d310d35d-72ec-47dd-92f2-fb9c40936555', 'd310d35d-72ec-47dd-92f2-fb9c40936555'],
    ]) {
      const answer = await create(server, validConnection({ configuration: { authorizedAppIds } }));
      expect(answer.status, answer.text).toBe(201);
      expect(answer.body.configuration.authorizedAppIds.map((id: string) => id.toLowerCase())).toEqual([
        'd310d35d-72ec-47dd-92f2-fb9c40936555',
      ]);
    }
  });

  it('refuses an id that is taken, in any case, and changes nothing [connectionAlreadyExists]', async () => {
    const id = newId();
    await create(server, validConnection({ id }));
    assertGraphError(await create(server, validConnection({ id: id.toUpperCase(), name: 'Another' })), {
      status: 409,
      code: 'NameAlreadyExists',
      message: 'The specified item name already exists.',
      inner: {
        code: 'ResourceAlreadyExists',
        source: 'Connection',
        message: "'Connection' with the same name already exists.",
      },
    });
    expect((await read(server, id)).body.name).toBe('Contoso HR');
  });

  it('gives two tenants the same id', async () => {
    const body = validConnection();
    expect((await create(server, body, { as: { tenantId: newTenantFor('a') } })).status).toBe(201);
    expect((await create(server, body, { as: { tenantId: newTenantFor('b') } })).status).toBe(201);
  });

  it('leaves metadata out for odata.metadata=none', async () => {
    const headers = { accept: 'application/json;odata.metadata=none' };
    const answer = await create(server, validConnection(), { headers });
    expect(answer.status).toBe(201);
    expect(answer.body).not.toHaveProperty('@odata.context');
  });
});

const TENANTS: Record<string, string> = {
  beta: 'aaaaaaaa-0000-4000-8000-000000000001',
  'v1.0': 'aaaaaaaa-0000-4000-8000-000000000002',
  a: 'aaaaaaaa-0000-4000-8000-000000000003',
  b: 'aaaaaaaa-0000-4000-8000-000000000004',
};
const newTenantFor = (name: string): string => TENANTS[name]!;
