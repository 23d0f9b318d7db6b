import { beforeAll, describe, expect, it } from 'vitest';
import { createDocument } from '../../../src/openapi/documents.js';
import { Declared } from '../../support/answers.js';
import { type CallerOptions, newTenant } from '../../support/callers.js';
import { create, newId, read, validConnection } from '../../support/connections.js';
import { newConnection, validGroup, validMember } from '../../support/groups.js';
import { type Answer, type Call, send } from '../../support/http.js';
import { useServer } from '../../support/server.js';

const RESOLVER = '#microsoft.graph.externalConnectors.itemIdResolver';
const MOST_BYTES = 4_000_000;

const card = (...body: unknown[]): object => ({ type: 'AdaptiveCard', version: '1.2', body });
const template = (rest: Record<string, unknown> = {}): object => ({
  id: 'card',
  priority: 1,
  layout: card({ type: 'TextBlock', text: 'x' }),
  ...rest,
});
const rule = (rest: Record<string, unknown> = {}): object => ({
  property: 'priority',
  operation: 'equals',
  values: ['high'],
  valuesJoinedBy: 'or',
  ...rest,
});
const resolver = (rest: Record<string, unknown> = {}): object => ({ '@odata.type': RESOLVER, ...rest });
const templates = (...entries: object[]): object => ({ searchSettings: { searchResultTemplates: entries } });
const resolvers = (...entries: object[]): object => ({ activitySettings: { urlToItemResolvers: entries } });
const times = <T>(count: number, entry: T): T[] => Array.from({ length: count }, () => entry);

const EVERYTHING = {
  connectorId: 'b4a1ef4b-7f2d-4b8e-9a1b-2c3d4e5f6a7b',
  contentCategory: 'knowledgeBase',
  configuration: { authorizedAppIds: ['1c1c9a6a-5a7c-4f0e-8b1d-0a2b3c4d5e6f'], remark: { kept: true } },
  ...templates(template({ rules: [rule()] }), template({ id: 'other', rules: [] })),
  ...resolvers(
    resolver({
      priority: 8,
      itemId: '{id}',
      urlMatchInfo: { baseUrls: ['https://contoso.com'], urlPattern: '/(?<id>[^/]+)' },
    }),
  ),
};
const BETA_ONLY = {
  enabledContentExperiences: 'search,compliance',
  complianceSettings: { eDiscoveryResultTemplates: [template()] },
};

/** Settings as a client may send them, by what is special in them. */
const SETTINGS: [what: string, settings: Record<string, unknown>][] = [
  ['no settings', {}],
  ['every setting', EVERYTHING],
  [
    'null for every setting that may be null',
    { configuration: null, connectorId: null, searchSettings: null, activitySettings: null },
  ],
  [
    'null inside of every setting',
    {
      configuration: { authorizedAppIds: null },
      searchSettings: { searchResultTemplates: null },
      activitySettings: { urlToItemResolvers: null },
    },
  ],
  ['null in a resolver', resolvers(resolver({ priority: null, itemId: null, urlMatchInfo: null })) as {}],
  ['null in a URL match', resolvers(resolver({ urlMatchInfo: { baseUrls: null, urlPattern: null } })) as {}],
  ['null for the rules of a template', templates(template({ rules: null })) as {}],
  ['empty settings', { configuration: {}, searchSettings: {}, activitySettings: {} }],
];

describe('what the server answers is what its OpenAPI document says', () => {
  const server = useServer({ MAX_CONNECTIONS_PER_TENANT: '20' });
  let declared: Declared;
  beforeAll(async () => {
    declared = new Declared(createDocument(server.app, server.configuration));
  });

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    const collection = `/${version}/external/connections`;
    const entity = `${collection}/{id}`;
    const settingsHere = (settings: object): object =>
      settings === EVERYTHING && version === 'beta' ? { ...EVERYTHING, ...BETA_ONLY } : settings;

    it.each(SETTINGS)('matches for a connection with %s: created, read, listed', async (_what, settings) => {
      const as = { tenantId: newTenant() };
      const body = validConnection({ ...settingsHere(settings) });
      const created = await create(server, body, { as, version });
      expect(created.status, created.text).toBe(201);
      declared.assertAnswer(created, 'POST', collection);
      declared.assertAnswer(await read(server, body.id as string, { as, version }), 'GET', entity);
      const listed = await send(server, 'GET', collection, { as });
      expect(listed.body.value).toHaveLength(1);
      declared.assertAnswer(listed, 'GET', collection);
    });

    it('matches without metadata', async () => {
      const as = { tenantId: newTenant() };
      const headers = { accept: 'application/json;odata.metadata=none' };
      const body = validConnection();
      declared.assertAnswer(await create(server, body, { as, headers, version }), 'POST', collection);
      declared.assertAnswer(await read(server, body.id as string, { as, headers, version }), 'GET', entity);
      declared.assertAnswer(await send(server, 'GET', collection, { as, headers }), 'GET', collection);
    });

    it('matches for an empty list', async () => {
      const listed = await send(server, 'GET', collection, { as: { tenantId: newTenant() } });
      expect(listed.body.value).toEqual([]);
      declared.assertAnswer(listed, 'GET', collection);
    });

    const owner: CallerOptions = {
      tenantId: newTenant(),
      permissions: ['ExternalConnection.ReadWrite.OwnedBy'],
    };
    const stranger: CallerOptions = { ...owner, appId: '1c1c9a6a-5a7c-4f0e-8b1d-0a2b3c4d5e6f' };
    const taken = newId();
    const post = (call: Call): Promise<Answer> => send(server, 'POST', collection, { as: owner, ...call });
    const get = (call: Call): Promise<Answer> =>
      send(server, 'GET', `${collection}/${taken}`, { as: owner, ...call });

    it.each<[status: number, what: string, call: () => Promise<Answer>, method: string, path: string]>([
      [400, 'an empty body', () => post({ body: '' }), 'POST', collection],
      [400, 'no JSON', () => post({ body: '{' }), 'POST', collection],
      [400, 'an unknown property', () => post({ body: validConnection({ x: 1 }) }), 'POST', collection],
      [400, 'many faults', () => post({ body: { id: 'a-b', name: 7, x: 1 } }), 'POST', collection],
      [
        400,
        'an unknown enum member',
        () => post({ body: validConnection({ contentCategory: 'x' }) }),
        'POST',
        collection,
      ],
      [401, 'no token', () => post({ as: null, body: validConnection() }), 'POST', collection],
      [401, 'no token', () => get({ as: null }), 'GET', entity],
      [401, 'no token', () => send(server, 'GET', collection, { as: null }), 'GET', collection],
      [401, 'a token that is none', () => get({ as: 'x' }), 'GET', entity],
      [
        403,
        'no permission',
        () => post({ as: { permissions: [] }, body: validConnection() }),
        'POST',
        collection,
      ],
      [403, 'no permission', () => get({ as: { permissions: [] } }), 'GET', entity],
      [
        403,
        'no permission',
        () => send(server, 'GET', collection, { as: { permissions: [] } }),
        'GET',
        collection,
      ],
      [403, "another application's connection", () => get({ as: stranger }), 'GET', entity],
      [404, 'nothing there', () => read(server, newId(), { as: owner, version }), 'GET', entity],
      [409, 'a taken id', () => post({ body: validConnection({ id: taken }) }), 'POST', collection],
      [413, 'too much', () => post({ body: ' '.repeat(MOST_BYTES + 1) }), 'POST', collection],
      [
        415,
        'an unknown encoding',
        () => post({ body: validConnection(), headers: { 'content-encoding': 'zstd' } }),
        'POST',
        collection,
      ],
      [
        503,
        'a broken adaptive card',
        () => post({ body: validConnection(templates(template({ layout: { type: 'Card' } })) as {}) }),
        'POST',
        collection,
      ],
    ])('matches for a %d for %s', async (status, _what, call, method, path) => {
      await create(server, validConnection({ id: taken }), { as: owner, version });
      const answer = await call();
      expect(answer.status, answer.text).toBe(status);
      declared.assertAnswer(answer, method, path);
    });

    it('matches for a change and for a removal', async () => {
      const as = { tenantId: newTenant() };
      const path = `${collection}/${taken}`;
      await create(server, validConnection({ id: taken }), { as, version });
      const modified = { 'if-match': 'W/"1"' };
      const calls: [status: number, method: string, call: Call][] = [
        [204, 'PATCH', { body: { name: 'Another name' } }],
        [400, 'PATCH', { body: { name: 7 } }],
        [401, 'PATCH', { as: null, body: {} }],
        [403, 'PATCH', { as: { permissions: [] }, body: {} }],
        [412, 'PATCH', { body: {}, headers: modified }],
        [413, 'PATCH', { body: ' '.repeat(MOST_BYTES + 1) }],
        [401, 'DELETE', { as: null }],
        [403, 'DELETE', { as: { permissions: [] } }],
        [412, 'DELETE', { headers: modified }],
        [202, 'DELETE', {}],
        [404, 'PATCH', { body: {} }],
        [404, 'DELETE', {}],
      ];
      for (const [status, method, call] of calls) {
        const answer = await send(server, method, path, { as, ...call });
        expect({ method, status: answer.status }, answer.text).toEqual({ method, status });
        declared.assertAnswer(answer, method, entity);
      }
    });

    it('matches for a 403 for a full tenant', async () => {
      const as = { tenantId: newTenant() };
      const answers = [];
      for (let count = 0; count <= 20; count++)
        answers.push(await create(server, validConnection(), { as, version }));
      const refused = answers.at(-1)!;
      expect(refused.status).toBe(403);
      declared.assertAnswer(refused, 'POST', collection);
    });
  });

  it('matches for the quota', async () => {
    const as = { tenantId: newTenant() };
    const body = validConnection();
    await create(server, body, { as });
    const path = `/beta/external/connections/${String(body.id)}/quota`;
    const calls: [status: number, path: string, call: Call][] = [
      [200, path, { as }],
      [401, path, { as: null }],
      [403, path, { as: { ...as, delegated: true } }],
      [404, path.replace(String(body.id), 'missing'), { as }],
    ];
    for (const [status, address, call] of calls) {
      const answer = await send(server, 'GET', address, call);
      expect(answer.status, answer.text).toBe(status);
      declared.assertAnswer(answer, 'GET', '/beta/external/connections/{id}/quota');
    }
  });

  it.each(['beta', 'v1.0'])('matches for external groups and their members in %s', async (version) => {
    const as = { tenantId: newTenant() };
    const id = await newConnection(server, { as });
    const root = `/${version}/external/connections/{id}/groups`;
    const group = `${root}/{groupId}`;
    const members = `${group}/members`;
    const member = `${members}/{memberId}`;
    const body = validGroup();
    const user = validMember();
    const none = { permissions: [] };
    const calls: [status: number, method: string, path: string, call?: Call][] = [
      [201, 'POST', root, { body }],
      [201, 'POST', root, { body: { id: 'unnamed' } }],
      [400, 'POST', root, { body: { id: 'a b' } }],
      [401, 'POST', root, { as: null, body }],
      [403, 'POST', root, { as: none, body }],
      [409, 'POST', root, { body }],
      [413, 'POST', root, { body: ' '.repeat(MOST_BYTES + 1) }],
      [415, 'POST', root, { body, headers: { 'content-encoding': 'zstd' } }],
      [200, 'GET', root],
      [200, 'GET', `${root}?$count=true&$top=1`],
      [400, 'GET', `${root}?$top=x`],
      [401, 'GET', root, { as: null }],
      [403, 'GET', root, { as: none }],
      [404, 'GET', root, { as: { tenantId: newTenant() } }],
      [200, 'GET', group],
      [400, 'GET', `${group}?$filter=x`],
      [401, 'GET', group, { as: null }],
      [403, 'GET', group, { as: none }],
      [204, 'PATCH', group, { body: { displayName: null } }],
      [400, 'PATCH', group, { body: { id: 'other' } }],
      [401, 'PATCH', group, { as: null, body: {} }],
      [403, 'PATCH', group, { as: none, body: {} }],
      [413, 'PATCH', group, { body: ' '.repeat(MOST_BYTES + 1) }],
      [201, 'POST', members, { body: user }],
      [201, 'POST', members, { body: { id: 'unnamed', type: 'externalGroup' } }],
      [400, 'POST', members, { body: { ...user, type: 'device' } }],
      [401, 'POST', members, { as: null, body: user }],
      [403, 'POST', members, { as: none, body: user }],
      [409, 'POST', members, { body: user }],
      [413, 'POST', members, { body: ' '.repeat(MOST_BYTES + 1) }],
      [200, 'GET', members],
      [200, 'GET', `${members}?$count=true&$top=1`],
      [400, 'GET', `${members}?$expand=x`],
      [401, 'GET', members, { as: null }],
      [403, 'GET', members, { as: none }],
      [200, 'GET', `${group}?$expand=members`],
      [200, 'GET', `${root}?$expand=members`],
      [401, 'DELETE', member, { as: null }],
      [403, 'DELETE', member, { as: none }],
      [204, 'DELETE', member],
      [404, 'DELETE', member],
      [401, 'DELETE', group, { as: null }],
      [403, 'DELETE', group, { as: none }],
      [204, 'DELETE', group],
      [404, 'DELETE', group],
      [404, 'GET', group],
      [404, 'PATCH', group, { body: {} }],
      [404, 'GET', members],
      [404, 'POST', members, { body: user }],
    ];
    for (const [status, method, path, call] of calls) {
      const address = path
        .replace('{id}', id)
        .replace('{groupId}', String(body.id))
        .replace('{memberId}', String(user.id));
      const answer = await send(server, method, address, { as, ...call });
      expect({ method, path, status: answer.status }, answer.text).toEqual({ method, path, status });
      declared.assertAnswer(answer, method, path.split('?', 1)[0]!);
    }
  });

  it('matches for what beta made and v1.0 reads', async () => {
    const as = { tenantId: newTenant() };
    const body = validConnection({ ...EVERYTHING, ...BETA_ONLY, description: undefined });
    await create(server, body, { as });
    const one = await read(server, body.id as string, { as, version: 'v1.0' });
    expect(one.body.description).toBeNull();
    declared.assertAnswer(one, 'GET', '/v1.0/external/connections/{id}');
    declared.assertAnswer(
      await send(server, 'GET', '/v1.0/external/connections', { as }),
      'GET',
      '/v1.0/external/connections',
    );
  });

  it('notices a status, a property and a version that are not declared', async () => {
    const answer = await create(server, validConnection(), { as: { tenantId: newTenant() } });
    const path = '/beta/external/connections';
    expect(declared.faultsOf({ ...answer, status: 202 }, 'POST', path)).not.toEqual([]);
    expect(declared.faultsOf({ ...answer, body: { ...answer.body, x: 1 } }, 'POST', path)).not.toEqual([]);
    expect(declared.faultsOf({ ...answer, body: { ...answer.body, id: 7 } }, 'POST', path)).not.toEqual([]);
    const experienced = { ...answer, body: { ...answer.body, enabledContentExperiences: 'search' } };
    expect(declared.faultsOf(experienced, 'POST', path)).toEqual([]);
    expect(declared.faultsOf(experienced, 'POST', '/v1.0/external/connections')).not.toEqual([]);
  });
});

describe('what the server takes is what its OpenAPI document says', () => {
  const server = useServer();
  let declared: Declared;
  beforeAll(async () => {
    declared = new Declared(createDocument(server.app, server.configuration));
  });

  const both = ['beta', 'v1.0'];
  const id = (length: number): object => ({ id: newId().padEnd(length, 'x').slice(0, length) });
  it.each<[takes: boolean, what: string, rest: object, versions?: string[]]>([
    [false, 'an id of 2 characters', id(2)],
    [true, 'an id of 3 characters', id(3)],
    [true, 'an id of 32 characters', id(32)],
    [false, 'an id of 33 characters', id(33)],
    [false, 'an id with a hyphen', { id: 'with-hyphen' }],
    [false, 'no id', { id: undefined }],
    [false, 'null for the id', { id: null }],
    [false, 'no name', { name: undefined }],
    [false, 'an empty name', { name: '' }],
    [true, 'a name of 128 characters', { name: 'x'.repeat(128) }],
    [false, 'a name of 129 characters', { name: 'x'.repeat(129) }],
    [false, 'a name that is a number', { name: 7 }],
    [true, 'no description', { description: undefined }, ['beta']],
    [true, 'null for the description', { description: null }, ['beta']],
    [true, 'an empty description', { description: '' }, ['beta']],
    [false, 'no description', { description: undefined }, ['v1.0']],
    [false, 'null for the description', { description: null }, ['v1.0']],
    [false, 'an empty description', { description: '' }, ['v1.0']],
    [false, 'an unknown property', { colour: 'red' }],
    [true, 'what only beta has', BETA_ONLY, ['beta']],
    [true, 'a content category', { contentCategory: 'learningManagement' }],
    [false, 'an unknown content category', { contentCategory: 'unknownFutureValue' }],
    [false, 'null for the content category', { contentCategory: null }],
    [true, '2 templates', templates(template(), template())],
    [false, '3 templates', templates(template(), template(), template())],
    [false, 'null for a template', { searchSettings: { searchResultTemplates: [null] } }],
    [true, 'a template id of 16 characters', templates(template({ id: 'x'.repeat(16) }))],
    [false, 'a template id of 17 characters', templates(template({ id: 'x'.repeat(17) }))],
    [false, 'an empty template id', templates(template({ id: '' }))],
    [false, 'a template id with a hyphen', templates(template({ id: 'a-b' }))],
    [true, 'a template without priority', templates(template({ priority: undefined }))],
    [false, 'null for a template priority', templates(template({ priority: null }))],
    [true, 'a template priority of 0', templates(template({ priority: 0 }))],
    [false, 'a template priority of -1', templates(template({ priority: -1 }))],
    [false, 'a template priority of 1.5', templates(template({ priority: 1.5 }))],
    [true, 'a template priority of 2147483647', templates(template({ priority: 2_147_483_647 }))],
    [false, 'a template priority of 2147483648', templates(template({ priority: 2_147_483_648 }))],
    [false, 'a layout that is text', templates(template({ layout: '{}' }))],
    [false, 'a template without layout', templates(template({ layout: undefined }))],
    [true, 'a rule', templates(template({ rules: [rule({ operation: 'null' })] }))],
    [false, 'a rule without values', templates(template({ rules: [rule({ values: [] })] }))],
    [false, 'a rule of an unknown operation', templates(template({ rules: [rule({ operation: 'like' })] }))],
    [false, 'a rule without property', templates(template({ rules: [rule({ property: undefined })] }))],
    [false, 'a rule with an empty property', templates(template({ rules: [rule({ property: '' })] }))],
    [true, '8 resolvers', resolvers(...times(8, resolver({ priority: 1 })))],
    [false, '9 resolvers', resolvers(...times(9, resolver({ priority: 1 })))],
    [true, 'a resolver priority of 8', resolvers(resolver({ priority: 8 }))],
    [false, 'a resolver priority of 0', resolvers(resolver({ priority: 0 }))],
    [false, 'a resolver priority of 9', resolvers(resolver({ priority: 9 }))],
    [true, 'a resolver without itemId', resolvers(resolver({ itemId: undefined }))],
    [true, 'null for an itemId', resolvers(resolver({ itemId: null }))],
    [false, 'a resolver without its type', resolvers({ priority: 1 })],
    [false, 'no base URLs', resolvers(resolver({ urlMatchInfo: { baseUrls: [] } }))],
    [true, 'a base URL', resolvers(resolver({ urlMatchInfo: { baseUrls: ['https://contoso.com'] } }))],
    [true, 'a member that the open type does not declare', { configuration: { remark: 1 } }],
    [false, 'an application id that is a number', { configuration: { authorizedAppIds: [7] } }],
  ])('%s: %s', async (takes, _what, rest, versions = both) => {
    for (const version of versions) {
      const body = JSON.parse(JSON.stringify(validConnection({ ...rest })));
      const faults = declared.faultsOfRequest(body, 'POST', `/${version}/external/connections`);
      const answer = await create(server, body, { as: { tenantId: newTenant() }, version });
      expect({ version, status: answer.status }, answer.text).toEqual({ version, status: takes ? 201 : 400 });
      expect({ version, takes: faults.length === 0 }, faults.join('\n')).toEqual({ version, takes });
    }
  });

  it('takes in v1.0 what only beta has, as the document of its model says', async () => {
    const body = JSON.parse(JSON.stringify(validConnection(BETA_ONLY)));
    expect(declared.faultsOfRequest(body, 'POST', '/v1.0/external/connections')).not.toEqual([]);
    expect((await create(server, body, { as: { tenantId: newTenant() }, version: 'v1.0' })).status).toBe(201);
  });
});
