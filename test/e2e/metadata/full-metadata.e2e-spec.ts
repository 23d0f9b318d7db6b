import { beforeAll, describe, expect, it } from 'vitest';
import { create, validConnection } from '../../support/connections.js';
import { addMember, createGroup } from '../../support/groups.js';
import { type Answer, type Call, send } from '../../support/http.js';
import { putItem } from '../../support/items.js';
import { ended, register, validSchema } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

type Json = Record<string, any>;

const NAMESPACE = 'microsoft.graph.externalConnectors';
const FULL = { accept: 'application/json;odata.metadata=full' };
const CARD = { type: 'AdaptiveCard', version: '1.2', body: [{ type: 'TextBlock', text: 'x' }] };
const APP = 'd310d35d-72ec-47dd-92f2-fb9c40936555';

const USER = '2f1a1d2c-0a3b-4c5d-8e6f-112233445566';

const CONNECTION = {
  id: 'fullhr',
  name: 'Contoso HR',
  description: 'All of it',
  contentCategory: 'crm',
  enabledContentExperiences: 'search,compliance',
  searchSettings: {
    searchResultTemplates: [
      {
        id: 'one',
        layout: CARD,
        priority: 1,
        rules: [{ property: 'title', operation: 'equals', values: ['a'], valuesJoinedBy: 'or' }],
      },
    ],
  },
  activitySettings: {
    urlToItemResolvers: [
      {
        '@odata.type': `#${NAMESPACE}.itemIdResolver`,
        priority: 1,
        itemId: '{id}',
        urlMatchInfo: { baseUrls: ['https://contoso.com'], urlPattern: '/(?<id>[^/]+)' },
      },
    ],
  },
};

/** Everything in a body with its key, depth first. */
function* everything(value: unknown): Generator<[string, any]> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, entry] of Object.entries(value)) {
    yield [key, entry];
    yield* everything(entry);
  }
}

const withoutAnnotations = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, entry: unknown) => (key.includes('@odata.') ? undefined : entry)));

describe('odata.metadata=full', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let operation: string;
  beforeAll(async () => {
    const made = await create(server, CONNECTION);
    expect(made.status, made.text).toBe(201);
    const registered = await register(server, CONNECTION.id, validSchema());
    operation = new URL(registered.headers.get('location')!).pathname.split('/').at(-1)!;
    await ended(server, registered.headers.get('location')!);
    expect((await putItem(server, CONNECTION.id, 'item1')).status).toBe(200);
    expect((await createGroup(server, CONNECTION.id, { id: 'group1' })).status).toBe(201);
    expect((await addMember(server, CONNECTION.id, 'group1', { id: USER, type: 'user' })).status).toBe(201);
  });

  const full = async (path: string, version = 'beta', call: Call = {}): Promise<Answer> => {
    const answer = await send(server, 'GET', `/${version}/external/connections${path}`, {
      ...call,
      headers: FULL,
    });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers.get('content-type')).toContain('odata.metadata=full');
    return answer;
  };

  it('adds to a connection its type, its address, the types that JSON does not tell, and its links', async () => {
    const { body } = await full(`/${CONNECTION.id}`);
    const address = `${server.url}/beta/external/connections('fullhr')`;
    const links = Object.fromEntries(
      ['groups', 'items', 'operations', 'quota', 'schema'].flatMap((name) => [
        [`${name}@odata.associationLink`, `${address}/${name}/$ref`],
        [`${name}@odata.navigationLink`, `${address}/${name}`],
      ]),
    );
    expect(body).toEqual({
      '@odata.context': `${server.url}/beta/$metadata#external/connections/$entity`,
      '@odata.type': `#${NAMESPACE}.externalConnection`,
      '@odata.id': address,
      '@odata.editLink': address,
      id: 'fullhr',
      name: 'Contoso HR',
      description: 'All of it',
      'state@odata.type': `#${NAMESPACE}.connectionState`,
      state: 'ready',
      configuration: {
        '@odata.type': `#${NAMESPACE}.configuration`,
        'authorizedAppIds@odata.type': '#Collection(String)',
        authorizedAppIds: [APP],
      },
      'contentCategory@odata.type': `#${NAMESPACE}.contentCategory`,
      contentCategory: 'crm',
      'enabledContentExperiences@odata.type': `#${NAMESPACE}.contentExperienceType`,
      enabledContentExperiences: 'search,compliance',
      'ingestedItemsCount@odata.type': '#Int64',
      ingestedItemsCount: 1,
      searchSettings: {
        '@odata.type': `#${NAMESPACE}.searchSettings`,
        'searchResultTemplates@odata.type': `#Collection(${NAMESPACE}.displayTemplate)`,
        searchResultTemplates: [
          {
            '@odata.type': `#${NAMESPACE}.displayTemplate`,
            id: 'one',
            'layout@odata.type': '#microsoft.graph.Json',
            layout: CARD,
            'priority@odata.type': '#Int32',
            priority: 1,
            'rules@odata.type': `#Collection(${NAMESPACE}.propertyRule)`,
            rules: [
              {
                '@odata.type': `#${NAMESPACE}.propertyRule`,
                property: 'title',
                'operation@odata.type': `#${NAMESPACE}.ruleOperation`,
                operation: 'equals',
                'values@odata.type': '#Collection(String)',
                values: ['a'],
                'valuesJoinedBy@odata.type': '#microsoft.graph.binaryOperator',
                valuesJoinedBy: 'or',
              },
            ],
          },
        ],
      },
      activitySettings: {
        '@odata.type': `#${NAMESPACE}.activitySettings`,
        'urlToItemResolvers@odata.type': `#Collection(${NAMESPACE}.urlToItemResolverBase)`,
        urlToItemResolvers: [
          {
            '@odata.type': `#${NAMESPACE}.itemIdResolver`,
            'priority@odata.type': '#Int32',
            priority: 1,
            itemId: '{id}',
            urlMatchInfo: {
              '@odata.type': `#${NAMESPACE}.urlMatchInfo`,
              'baseUrls@odata.type': '#Collection(String)',
              baseUrls: ['https://contoso.com'],
              urlPattern: '/(?<id>[^/]+)',
            },
          },
        ],
      },
      ...links,
    });
  });

  it.each(['beta', 'v1.0'])('adds nothing else in %s: the rest is what minimal says', async (version) => {
    for (const path of [
      '',
      `/${CONNECTION.id}`,
      `/${CONNECTION.id}/schema`,
      `/${CONNECTION.id}/items/item1`,
    ]) {
      const minimal = await send(server, 'GET', `/${version}/external/connections${path}`);
      expect(withoutAnnotations((await full(path, version)).body)).toEqual(withoutAnnotations(minimal.body));
    }
  });

  it.each([
    ['', 'externalConnection'],
    ['/schema', 'schema'],
    ['/quota', 'connectionQuota'],
    ['/operations/{operation}', 'connectionOperation'],
    ['/items/item1', 'externalItem'],
    ['/groups/group1', 'externalGroup'],
  ])('says what %s is, at an address that leads to it again', async (path, type) => {
    const { body } = await full(`/${CONNECTION.id}${path.replace('{operation}', operation)}`);
    expect(body['@odata.type']).toBe(`#${NAMESPACE}.${type}`);
    const again = await send(server, 'GET', body['@odata.id'].slice(server.url.length), { headers: FULL });
    expect(again.status, again.text).toBe(200);
    expect(again.body).toEqual(body);
  });

  it('says it of each entity of a list', async () => {
    for (const path of [
      '',
      `/${CONNECTION.id}/items`,
      `/${CONNECTION.id}/groups`,
      `/${CONNECTION.id}/operations`,
    ]) {
      const { body } = await full(path);
      const [first] = body.value as Json[];
      const one = await send(server, 'GET', first!['@odata.id'].slice(server.url.length), { headers: FULL });
      const { '@odata.context': _, ...entity } = one.body;
      expect(entity).toEqual(first);
    }
  });

  it('says of a member what it is', async () => {
    const { body } = await full(`/${CONNECTION.id}/groups/group1/members`);
    const address = `${server.url}/beta/external/connections('fullhr')/groups('group1')/members('${USER}')`;
    expect(body.value).toEqual([
      {
        '@odata.type': `#${NAMESPACE}.identity`,
        '@odata.id': address,
        '@odata.editLink': address,
        id: USER,
        'type@odata.type': `#${NAMESPACE}.identityType`,
        type: 'user',
      },
    ]);
  });

  it.each(['beta', 'v1.0'])('names types and links that the model of %s has', async (version) => {
    const model = (await send(server, 'GET', `/${version}/$metadata`)).text;
    const { body } = await full(`/${CONNECTION.id}`, version);
    const names = [...everything(body)]
      .filter(([key]) => key.endsWith('@odata.type'))
      .map(([, name]) => String(name).replace(/^#(Collection\()?([^)]*)\)?$/, '$2'))
      .filter((name) => name.includes('.'));
    expect(names.length).toBeGreaterThan(10);
    for (const name of names) {
      const [, namespace, local] = /^(.*)\.(\w+)$/.exec(name)!;
      const schema = model.split('<Schema ').find((part) => part.startsWith(`Namespace="${namespace}"`));
      expect(schema, name).toContain(`Type Name="${local}"`);
    }
    const entity = model.slice(model.indexOf('<EntityType Name="externalConnection"'));
    const declared = [
      ...entity.slice(0, entity.indexOf('</EntityType>')).matchAll(/NavigationProperty Name="(\w+)"/g),
    ].map(([, name]) => name);
    const linked = Object.keys(body).flatMap((key) => /^(\w+)@odata\.navigationLink$/.exec(key)?.[1] ?? []);
    expect(new Set(linked)).toEqual(new Set(declared));
    for (const name of linked) {
      const { status } = await send(
        server,
        'GET',
        body[`${name}@odata.navigationLink`].slice(server.url.length),
      );
      expect(status, name).toBe(200);
    }
  });

  it('keeps to $select: types of what is selected, and no links', async () => {
    const { body } = await full(`/${CONNECTION.id}?$select=name,state`);
    expect(body).toEqual({
      '@odata.context': `${server.url}/beta/$metadata#external/connections(name,state)/$entity`,
      '@odata.type': `#${NAMESPACE}.externalConnection`,
      '@odata.id': `${server.url}/beta/external/connections('fullhr')`,
      '@odata.editLink': `${server.url}/beta/external/connections('fullhr')`,
      name: 'Contoso HR',
      'state@odata.type': `#${NAMESPACE}.connectionState`,
      state: 'ready',
    });
  });

  it('is also what a create answers; and what was read so can be sent back', async () => {
    const sent = validConnection({ contentCategory: 'wikis' });
    const created = await create(server, sent, { headers: FULL });
    expect(created.status).toBe(201);
    expect(created.body['@odata.type']).toBe(`#${NAMESPACE}.externalConnection`);
    const path = `/beta/external/connections/${String(sent.id)}`;
    const updated = await send(server, 'PATCH', path, { body: created.body });
    expect(updated.status, updated.text).toBe(204);
    const read = await send(server, 'GET', path, { headers: FULL });
    expect(read.body).toEqual(created.body);
  });
});
