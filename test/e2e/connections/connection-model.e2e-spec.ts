import { describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { create, read, validConnection } from '../../support/connections.js';
import { serviceModel } from '../../support/contract.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { useServer } from '../../support/server.js';
import { readXml, type XmlElement } from '../metadata/xml.js';

type Json = Record<string, unknown>;

const SENTINEL = 'unknownFutureValue';
const CARD = { type: 'AdaptiveCard', version: '1.2', body: [{ type: 'TextBlock', text: 'x' }] };
const RULE = { property: 'title', operation: 'equals', values: ['a'], valuesJoinedBy: 'or' };
const TEMPLATE = { id: 'one', layout: CARD, priority: 1, rules: [RULE] };

const searchSettings = (...searchResultTemplates: Json[]): Json => ({
  searchSettings: { searchResultTemplates },
});
const resolvers = (...urlToItemResolvers: Json[]): Json => ({ activitySettings: { urlToItemResolvers } });
const without = (object: Json, name: string): Json =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));

/** The members of the contract's enumerations, in their order. */
function enumerations(version: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  const walk = ({ name, attributes, children }: XmlElement): void => {
    if (name === 'EnumType') {
      found.set(
        attributes.Name!,
        children.map((member) => member.attributes.Name!),
      );
    }
    children.forEach(walk);
  };
  walk(readXml(serviceModel(version)));
  return found;
}

/** Where the connection resource writes an enumeration, and in which versions. */
const PLACES: { name: string; versions: string[]; body: (member: string) => Json }[] = [
  {
    name: 'contentCategory',
    versions: ['beta', 'v1.0'],
    body: (contentCategory) => ({ contentCategory }),
  },
  {
    name: 'contentExperienceType',
    versions: ['beta'],
    body: (enabledContentExperiences) => ({ enabledContentExperiences }),
  },
  {
    name: 'ruleOperation',
    versions: ['beta', 'v1.0'],
    body: (operation) => searchSettings({ ...TEMPLATE, rules: [{ ...RULE, operation }] }),
  },
  {
    name: 'binaryOperator',
    versions: ['beta', 'v1.0'],
    body: (valuesJoinedBy) => searchSettings({ ...TEMPLATE, rules: [{ ...RULE, valuesJoinedBy }] }),
  },
];

describe('externalConnection, line by line of the contract', () => {
  const server = useServer();
  const as = { tenantId: newTenant() };

  it.each(PLACES.flatMap(({ versions, ...place }) => versions.map((version) => ({ ...place, version }))))(
    'takes every member of $name in $version, in any case, and answers it as the model spells it',
    async ({ name, version, body }) => {
      const members = enumerations(version).get(name)!;
      // None of this resource has members that only `Prefer: include-unknown-enum-members` shows.
      expect(members.slice(members.indexOf(SENTINEL) + 1)).toEqual(members.includes(SENTINEL) ? [] : members);
      for (const member of members.filter((each) => each !== SENTINEL)) {
        for (const spelt of [member, member.toUpperCase()]) {
          const sent = validConnection(body(spelt));
          const created = await create(server, sent, { as, version });
          expect(created.status, created.text).toBe(201);
          const answer = await read(server, String(sent.id), { as, version });
          expect(answer.body).toMatchObject(body(member));
          const preferring = await read(server, String(sent.id), {
            as,
            headers: { prefer: 'include-unknown-enum-members' },
            version,
          });
          expect(preferring.body).toEqual(answer.body);
        }
      }
      assertGraphError(await create(server, validConnection(body(SENTINEL)), { as, version }), {
        status: 400,
        code: 'InvalidRequest',
        inner: { code: 'DeserializationError', message: `Requested value '${SENTINEL}' was not found.` },
      });
    },
  );

  it.each([
    [
      'two result templates, with a gap between their priorities',
      searchSettings(TEMPLATE, { ...TEMPLATE, id: 'a'.repeat(16), priority: 40 }),
    ],
    ['a priority of 0, and no rules', searchSettings({ ...TEMPLATE, priority: 0, rules: [] })],
    ['a template without rules', searchSettings(without(TEMPLATE, 'rules'))],
    ['a template whose rules are null', searchSettings({ ...TEMPLATE, rules: null })],
    [
      'three eDiscovery templates, bound by {property}',
      {
        complianceSettings: {
          eDiscoveryResultTemplates: [1, 2, 3].map((priority) => ({
            id: `card${priority}`,
            priority,
            layout: { ...CARD, body: [{ type: 'TextBlock', text: '{title}' }] },
          })),
        },
      },
    ],
    [
      'eight resolvers of priority 1 to 8',
      resolvers(
        ...Array.from({ length: 8 }, (_, index) => ({
          '@odata.type': '#microsoft.graph.externalConnectors.itemIdResolver',
          priority: index + 1,
          itemId: '{id}',
          urlMatchInfo: { baseUrls: ['https://contoso.com'], urlPattern: '/(?<id>[^/]+)' },
        })),
      ),
    ],
    [
      'a resolver without itemId and urlMatchInfo, and one whose priority is null',
      resolvers(
        { '@odata.type': '#microsoft.graph.externalConnectors.itemIdResolver', priority: 1 },
        { '@odata.type': '#microsoft.graph.externalConnectors.itemIdResolver', priority: null },
      ),
    ],
    ['a long description', { description: 'd'.repeat(100_000) }],
    ['a connectorId without a ticket', { connectorId: 'b4a1ef4b-7f2d-4b8e-9a1b-2c3d4e5f6a7b' }],
  ])('may have %s', async (_what, settings: Json) => {
    const sent = validConnection(settings);
    const created = await create(server, sent, { as });
    expect(created.status, created.text).toBe(201);
    expect((await read(server, String(sent.id), { as })).body).toMatchObject(settings);
  });

  it.each(['id', 'layout'])('needs %s in a displayTemplate', async (name) => {
    assertGraphError(await create(server, validConnection(searchSettings(without(TEMPLATE, name))), { as }), {
      status: 400,
      code: 'InvalidRequest',
      inner: {
        code: 'RequiredPropertyMissing',
        message: `Property 'searchSettings.searchResultTemplates[0].${name}' is required.`,
      },
    });
  });

  it.each(['property', 'operation', 'values', 'valuesJoinedBy'])(
    'needs %s in a propertyRule',
    async (name) => {
      const body = searchSettings({ ...TEMPLATE, rules: [without(RULE, name)] });
      assertGraphError(await create(server, validConnection(body), { as }), {
        status: 400,
        code: 'InvalidRequest',
        inner: {
          code: 'RequiredPropertyMissing',
          message: `Property 'searchSettings.searchResultTemplates[0].rules[0].${name}' is required.`,
        },
      });
    },
  );

  it.each([
    [
      'a resolver priority of 0',
      resolvers({ '@odata.type': '#microsoft.graph.externalConnectors.itemIdResolver', priority: 0 }),
      'ValueOutOfRange',
    ],
    [
      'a resolver of another type',
      resolvers({ '@odata.type': '#microsoft.graph.externalItem', priority: 1 }),
      'DeserializationError',
    ],
    [
      'a ${…} binding in an eDiscovery card',
      {
        complianceSettings: {
          eDiscoveryResultTemplates: [
            { id: 'a', priority: 1, layout: { ...CARD, body: [{ type: 'TextBlock', text: '${title}' }] } },
          ],
        },
      },
      'InvalidEDiscoveryTemplate',
    ],
  ])('may not have %s', async (_what, settings: Json, code) => {
    assertGraphError(await create(server, validConnection(settings), { as }), {
      status: 400,
      code: 'InvalidRequest',
      inner: { code },
    });
  });

  it('has an id that is unique in the tenant, and a name that need not be', async () => {
    const [one, other] = [validConnection(), validConnection()];
    for (const body of [one, other]) expect((await create(server, body, { as })).status).toBe(201);
    expect(one.name).toBe(other.name);
  });

  it('is answered with @odata.context first, then properties', async () => {
    const sent = validConnection();
    const created = await create(server, sent, { as });
    const again = await read(server, String(sent.id), { as });
    for (const { text } of [created, again]) {
      expect(Object.keys(JSON.parse(text) as Json)).toEqual([
        '@odata.context',
        'id',
        'name',
        'description',
        'state',
        'configuration',
      ]);
    }
  });

  it.each([
    ['GET', '', undefined],
    ['PATCH', '', { name: 'x' }],
    ['DELETE', '', undefined],
    ['GET', '/quota', undefined],
  ])(
    'says 404 to %s of one that is not there%s, and nothing of it to a stranger without a token',
    async (method, end, body) => {
      const path = `/beta/external/connections/missing${end}`;
      assertGraphError(await send(server, method, path, { as, body }), {
        status: 404,
        code: 'ItemNotFound',
        message: 'The requested resource does not exist.',
        inner: { code: 'ResourceNotFound', source: 'Connection', message: "'Connection' was not found." },
      });
      assertGraphError(await send(server, method, path, { as: null, body }), {
        status: 401,
        code: 'InvalidAuthenticationToken',
        message: 'Access token is empty.',
        inner: null,
      });
    },
  );
});
