import { describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { create, ids, validConnection } from '../../support/connections.js';
import { assertGraphError, type ExpectedError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { useServer } from '../../support/server.js';

const TYPE = 'microsoft.graph.externalConnectors';
const RESOLVER = `#${TYPE}.itemIdResolver`;
const CARD = { type: 'AdaptiveCard', version: '1.2', body: [{ type: 'TextBlock', text: 'x' }] };

const template = (overrides: object = {}): object => ({
  id: 'card1',
  priority: 1,
  layout: CARD,
  ...overrides,
});
const templates = (...list: object[]): object => ({ searchSettings: { searchResultTemplates: list } });
const rule = (overrides: object = {}): object =>
  templates(
    template({
      rules: [{ property: 'a', operation: 'equals', values: ['b'], valuesJoinedBy: 'or', ...overrides }],
    }),
  );
const resolver = (overrides: object = {}): object => ({
  activitySettings: {
    urlToItemResolvers: [
      {
        '@odata.type': RESOLVER,
        priority: 1,
        itemId: '{a}',
        urlMatchInfo: { baseUrls: ['https://a'], urlPattern: '(?<a>.)' },
        ...overrides,
      },
    ],
  },
});

const invalid = (code: string, message: string): ExpectedError => ({
  status: 400,
  code: 'InvalidRequest',
  message: 'The request is malformed or incorrect.',
  inner: { code, message },
});
const mismatch = (path: string, outerPath = path): ExpectedError => ({
  status: 400,
  code: 'BadRequest',
  message: `Property ${outerPath} in payload has a value that does not match schema.`,
});
const unknown = (name: string, type = 'externalConnection'): ExpectedError => ({
  status: 400,
  code: 'BadRequest',
  message: `The property '${name}' does not exist on type '${TYPE}.${type}'. Make sure to only use property names that are defined by the type.`,
});
const notFound = (value: string): ExpectedError =>
  invalid('DeserializationError', `Requested value '${value}' was not found.`);

const REFUSED: [what: string, body: object, expected: ExpectedError][] = [
  ['an empty name', { name: '' }, invalid('RequiredPropertyMissing', "Property 'name' is required.")],
  ['a blank name', { name: '  ' }, invalid('RequiredPropertyMissing', "Property 'name' is required.")],
  ['no name', { name: undefined }, invalid('RequiredPropertyMissing', "Property 'name' is required.")],
  ['a null name', { name: null }, invalid('RequiredPropertyMissing', "Property 'name' is required.")],
  [
    'a name of 129 characters',
    { name: 'n'.repeat(129) },
    invalid('PropertyTooLong', "Property 'name' value cannot exceed 128 characters."),
  ],
  ['an unknown property', { colour: 'red' }, unknown('colour')],
  ['a property in the wrong case', { Name: 'x' }, unknown('Name')],
  ['a nested unknown property', { searchSettings: { foo: 1 } }, unknown('foo', 'searchSettings')],
  ['a number for a name', { name: 5 }, mismatch('name')],
  ['an object for a description', { description: {} }, mismatch('description')],
  ['an array for a name', { name: ['x'] }, mismatch('name')],
  ['a string for configuration', { configuration: 'x' }, mismatch('configuration')],
  [
    'a string for authorizedAppIds',
    { configuration: { authorizedAppIds: 'x' } },
    mismatch('configuration.authorizedAppIds'),
  ],
  [
    'a number among authorizedAppIds',
    { configuration: { authorizedAppIds: [1] } },
    mismatch('configuration.authorizedAppIds[0]'),
  ],
  ['null for contentCategory', { contentCategory: null }, mismatch('contentCategory')],
  ['U+0000 in a name', { name: 'a\0b' }, mismatch('name')],
  ['half a surrogate pair in a name', { name: 'a\ud800b' }, mismatch('name')],
  ['an unknown contentCategory', { contentCategory: 'poems' }, notFound('poems')],
  [
    'the sentinel as contentCategory',
    { contentCategory: 'unknownFutureValue' },
    notFound('unknownFutureValue'),
  ],
  [
    'an unknown enabledContentExperiences',
    { enabledContentExperiences: 'search, MicrosoftSearch' },
    notFound(' MicrosoftSearch'),
  ],
  ['an empty enabledContentExperiences', { enabledContentExperiences: '' }, notFound('')],
  [
    'an @odata.type that the model does not have',
    { '@odata.type': '#microsoft.graph.externalConnection' },
    invalid(
      'DeserializationError',
      "A type named 'microsoft.substrateConnectors.externalConnection' could not be resolved by the model. When a model is available, each type name must resolve to a valid type.",
    ),
  ],
  [
    'a layout as text',
    templates(template({ layout: '{}' })),
    mismatch('searchSettings.searchResultTemplates[0].layout'),
  ],
  [
    'a template id of 17 characters',
    templates(template({ id: 'a'.repeat(17) })),
    invalid(
      'InvalidDisplayTemplateId',
      `Display template id '${'a'.repeat(17)}' must contain 1 to 16 alphanumeric characters.`,
    ),
  ],
  [
    'a template id with a hyphen',
    templates(template({ id: 'a-b' })),
    invalid(
      'InvalidDisplayTemplateId',
      "Display template id 'a-b' must contain 1 to 16 alphanumeric characters.",
    ),
  ],
  [
    'a negative template priority',
    templates(template({ priority: -1 })),
    invalid(
      'ValueOutOfRange',
      "Property 'searchSettings.searchResultTemplates[0].priority' must be at least 0; it is -1.",
    ),
  ],
  [
    'a fractional template priority',
    templates(template({ priority: 1.5 })),
    mismatch('searchSettings.searchResultTemplates[0].priority'),
  ],
  [
    'three templates',
    templates(template(), template(), template()),
    invalid(
      'TooManyValues',
      "Property 'searchSettings.searchResultTemplates' cannot have more than 2 values; it has 3.",
    ),
  ],
  ['an unknown rule operation', rule({ operation: 'like' }), notFound('like')],
  [
    'a rule without values',
    rule({ values: [] }),
    invalid(
      'TooFewValues',
      "Property 'searchSettings.searchResultTemplates[0].rules[0].values' must have at least 1 value.",
    ),
  ],
  [
    'a rule without valuesJoinedBy',
    rule({ valuesJoinedBy: undefined }),
    invalid(
      'RequiredPropertyMissing',
      "Property 'searchSettings.searchResultTemplates[0].rules[0].valuesJoinedBy' is required.",
    ),
  ],
  [
    'a null rule operation',
    rule({ operation: null }),
    invalid(
      'RequiredPropertyMissing',
      "Property 'searchSettings.searchResultTemplates[0].rules[0].operation' is required.",
    ),
  ],
  [
    'a resolver without @odata.type',
    resolver({ '@odata.type': undefined }),
    invalid(
      'DeserializationError',
      "An instance of the abstract type 'microsoft.substrateConnectors.urlToItemResolverBase' cannot be created.",
    ),
  ],
  [
    'a resolver priority of 9',
    resolver({ priority: 9 }),
    invalid(
      'ValueOutOfRange',
      "Property 'activitySettings.urlToItemResolvers[0].priority' must be at most 8; it is 9.",
    ),
  ],
  [
    'a broken urlPattern',
    resolver({ urlMatchInfo: { baseUrls: ['https://a'], urlPattern: '(' } }),
    invalid(
      'InvalidUrlPattern',
      "Property 'activitySettings.urlToItemResolvers[0].urlMatchInfo.urlPattern' must be a regular expression (ECMA-262); it is '('.",
    ),
  ],
  [
    'nine resolvers',
    {
      activitySettings: {
        urlToItemResolvers: Array.from({ length: 9 }, () => ({ '@odata.type': RESOLVER })),
      },
    },
    invalid(
      'TooManyValues',
      "Property 'activitySettings.urlToItemResolvers' cannot have more than 8 values; it has 9.",
    ),
  ],
  [
    'an eDiscovery card of version 1.3',
    {
      complianceSettings: { eDiscoveryResultTemplates: [template({ layout: { ...CARD, version: '1.3' } })] },
    },
    invalid(
      'InvalidEDiscoveryTemplate',
      "The layouts of 'complianceSettings.eDiscoveryResultTemplates' must be Adaptive Cards of version 1.2 at most, without '${...}' bindings; '{property}' is possible.",
    ),
  ],
];

describe('the body of a create', () => {
  const server = useServer();
  const as = { tenantId: newTenant() };

  it.each(REFUSED)('refuses %s', async (_what, body, expected) => {
    assertGraphError(
      await create(server, validConnection(body as Record<string, unknown>), { as }),
      expected,
    );
  });

  it.each([
    ['{"id":"contosohr","name":"x","__proto__":{"polluted":1}}', '__proto__', 'externalConnection'],
    [
      '{"id":"contosohr","name":"x","configuration":{"__proto__":{"polluted":1}}}',
      '__proto__',
      'configuration',
    ],
    ['{"id":"contosohr","name":"x","constructor":{"prototype":{}}}', 'constructor', 'externalConnection'],
    ['{"id":"contosohr","name":"x","toString":1}', 'toString', 'externalConnection'],
    ['{"id":"contosohr","name":"x","configuration":{"constructor":1}}', 'constructor', 'configuration'],
  ])('refuses %s by name, and no object changes', async (body, name, type) => {
    assertGraphError(await create(server, body, { as }), unknown(name, type));
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('lists everything that is wrong, what the gateway finds first', async () => {
    const answer = await create(
      server,
      { id: 'a_', name: 'n'.repeat(129), contentCategory: 'poems', colour: 'red', description: 5 },
      { as },
    );
    assertGraphError(answer, unknown('colour'));
    expect(answer.body.error.innerError.message).toBe("Property 'colour' exists in no version.");
    expect(
      answer.body.error.details.map(({ code, target }: { code: string; target: string }) => [code, target]),
    ).toEqual([
      ['PropertyNotFound', 'colour'],
      ['PropertyTypeMismatch', 'description'],
      ['DeserializationError', 'contentCategory'],
      ['InvalidConnectionId', 'id'],
      ['InvalidConnectionId', 'id'],
      ['PropertyTooLong', 'name'],
    ]);
  });

  it('says which members an enumeration has', async () => {
    const answer = await create(server, validConnection({ contentCategory: 'poems' }), { as });
    expect(answer.body.error.details[0].message).toContain('uncategorized, knowledgeBase, wikis');
  });

  it('takes a name of 128 characters, counted as people do', async () => {
    for (const name of ['n'.repeat(128), '漢'.repeat(128), '😀'.repeat(128)]) {
      const answer = await create(server, validConnection({ name }), { as: { tenantId: newTenant() } });
      expect(answer.status, answer.text).toBe(201);
      expect(answer.body.name).toBe(name);
    }
  });

  it('leaves nothing behind when it is refused', async () => {
    expect(ids(await send(server, 'GET', '/beta/external/connections', { as }))).toEqual([]);
  });
});
