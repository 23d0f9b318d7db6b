import { beforeEach, describe, expect, it } from 'vitest';
import { TENANT } from '../../support/callers.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import {
  draftConnection,
  property,
  readSchema,
  register,
  schemaPath,
  validSchema,
} from '../../support/schemas.js';
import { useServer } from '../../support/server.js';
import { warningLog } from '../../support/warnings.js';

type Json = Record<string, unknown>;

const STRING_LABELS = ['personAccount', 'personCurrentPosition', 'personName', 'personNote', 'personWebSite'];
const LIST_LABELS = [
  'personAddresses',
  'personAnniversaries',
  'personAwards',
  'personCertifications',
  'personEducationalActivities',
  'personEmails',
  'personInterests',
  'personLanguages',
  'personPatents',
  'personPhones',
  'personProjects',
  'personPublications',
  'personSkills',
  'personWebAccounts',
  'personWorkPositions',
];
const UNSUPPORTED = [
  'personManager',
  'personAssistants',
  'personColleagues',
  'personAlternateContacts',
  'personEmergencyContacts',
];
const TYPES = [
  'string',
  'int64',
  'double',
  'dateTime',
  'boolean',
  'stringCollection',
  'int64Collection',
  'doubleCollection',
  'dateTimeCollection',
  'principal',
  'principalCollection',
];

const labelled = (label: string, type: string, rest: Json = {}): Json => ({
  name: label,
  type,
  labels: [label],
  ...rest,
});
const ACCOUNT = labelled('personAccount', 'string');
const everyLabel = [
  ...STRING_LABELS.map((label) => labelled(label, 'string')),
  ...LIST_LABELS.map((label) => labelled(label, 'stringCollection')),
];

describe.each(['beta', 'v1.0'])('the schema of a connection of people, in %s', (version) => {
  const log = warningLog();
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' }, log.logger);
  beforeEach(() => void log.take());

  const people = (contentCategory = 'people'): Promise<string> =>
    draftConnection(server, { connection: { contentCategory } });
  const inBatch = async (id: string, body: unknown): Promise<number> => {
    const url = schemaPath(id, version).slice(`/${version}`.length);
    const headers = { 'Content-Type': 'application/json' };
    const requests = [{ id: '1', method: 'PATCH', url, headers, body }];
    return (await send(server, 'POST', `/${version}/$batch`, { body: { requests } })).body.responses[0]
      .status;
  };
  const patch = (id: string, ...properties: Json[]): Promise<Answer> =>
    register(server, id, validSchema(...properties), { version });

  it('field 2.3: lets its labelled properties be not retrievable, when it is registered and when it is updated', async () => {
    for (const isRetrievable of [undefined, null, false, true]) {
      const who = { ...ACCOUNT, isRetrievable };
      const id = await people();
      expect((await patch(id, who)).status).toBe(202);
      const updated = await patch(id, who, labelled('personSkills', 'stringCollection', { isRetrievable }));
      expect(updated.status, updated.text).toBe(202);
      const byPost = await people();
      const answer = await send(server, 'POST', schemaPath(byPost, version), { body: validSchema(who) });
      expect(answer.status, answer.text).toBe(202);
      expect(await inBatch(await people(), validSchema(who))).toBe(202);
    }
  });

  it('field 2.3: requires retrievable labelled properties in every other category', async () => {
    for (const category of ['uncategorized', 'crm', 'knowledgeBase']) {
      const id = await people(category);
      assertGraphError(await patch(id, ACCOUNT), {
        status: 400,
        code: 'InvalidRequest',
        inner: { code: 'LabelledPropertyShouldBeRetrievable' },
      });
      expect(await inBatch(id, validSchema(ACCOUNT))).toBe(400);
      expect((await readSchema(server, id, { version })).status).toBe(404);
    }
  });

  it('field 2.3: goes by the category at the time of the schema: a later one changes no schema', async () => {
    const id = await people('crm');
    const change = (contentCategory: string) =>
      send(server, 'PATCH', `/${version}/external/connections/${id}`, { body: { contentCategory } });
    expect((await patch(id, ACCOUNT)).status).toBe(400);
    expect((await change('people')).status).toBe(204);
    expect((await patch(id, ACCOUNT)).status).toBe(202);
    expect((await change('crm')).status).toBe(204);
    expect((await readSchema(server, id, { version })).body.properties[0].name).toBe('personAccount');
    expect((await patch(id, ACCOUNT)).status).toBe(400);
    expect((await patch(id, { ...ACCOUNT, isRetrievable: true })).status).toBe(202);
  });

  it('field 2.4: takes each label on its type', async () => {
    const id = await people();
    const answer = await patch(id, ...everyLabel);
    expect(answer.status, answer.text).toBe(202);
    const headers = { prefer: 'include-unknown-enum-members' };
    const { properties } = (await readSchema(server, id, { headers, version })).body;
    expect(properties).toMatchObject(everyLabel);
    expect(log.take()).toEqual([]);
  });

  it('field 2.4: refuses each label on every other type, and says which it must be', async () => {
    const id = await people();
    for (const [labels, needed] of [
      [STRING_LABELS, 'string'],
      [LIST_LABELS, 'stringCollection'],
    ] as const)
      for (const label of labels) {
        const wrong = TYPES.filter((type) => type !== needed);
        const answer = await patch(id, ...wrong.map((type) => labelled(label, type, { name: `p${type}` })));
        const { details } = answer.body.error as {
          details: { code: string; message: string; target: string }[];
        };
        expect(details.filter(({ code }) => code === 'LabelShouldNotBeOfType')).toEqual(
          wrong.map((type, index) => ({
            code: 'LabelShouldNotBeOfType',
            message:
              `Label '${label}' cannot be assigned to a property of type '${type[0]!.toUpperCase()}${type.slice(1)}'. ` +
              `In a connection of people, property 'p${type}' must be a ${needed}.`,
            target: `properties[${index}].labels[0]`,
          })),
        );
      }
    expect((await readSchema(server, id, { version })).status).toBe(404);
    expect(log.take()).toEqual([]);
  });

  it('field 2.4: takes them with any type in another category', async () => {
    for (const type of TYPES) {
      const id = await people('uncategorized');
      const answer = await patch(id, labelled('personSkills', type, { isRetrievable: true }));
      expect(answer.status, answer.text).toBe(202);
    }
  });

  it('field 2.4: refuses a second personAccount', async () => {
    assertGraphError(await patch(await people(), ACCOUNT, { ...ACCOUNT, name: 'another' }), {
      status: 400,
      code: 'InvalidRequest',
      inner: {
        code: 'DuplicateLabel',
        message: "Label 'personAccount' is assigned to more than one property.",
      },
    });
  });

  it('field 2.4: is taken without personAccount, and the log warns', async () => {
    const id = await people();
    expect((await patch(id, labelled('personName', 'string'))).status).toBe(202);
    expect(log.take()).toEqual([
      `Schema of connection '${id}' of tenant ${TENANT}: the label personAccount is on no property. ` +
        'Without it an item of people data belongs to no person.',
    ]);
  });

  it.each(UNSUPPORTED)(
    'field 2.4: is taken with %s on any type, and the log warns that it is not supported',
    async (label) => {
      for (const type of TYPES) {
        const id = await people();
        const answer = await patch(id, ACCOUNT, labelled(label, type));
        expect(answer.status, answer.text).toBe(202);
        expect(log.take()).toEqual([
          `Schema of connection '${id}' of tenant ${TENANT}: Microsoft 365 does not support the label ${label} of property '${label}' yet.`,
        ]);
      }
    },
  );

  it('field 2.6: needs no title, url and iconUrl: the log does not warn', async () => {
    expect((await patch(await people(), ACCOUNT)).status).toBe(202);
    expect(log.take()).toEqual([]);
  });

  it.each<[what: string, labels: string[], missing: string]>([
    ['none of them', [], 'title, url, iconUrl'],
    ['title alone', ['title'], 'url, iconUrl'],
    ['title and url', ['title', 'url'], 'iconUrl'],
  ])('field 2.6: is taken for another connection with %s, and the log warns', async (_, labels, missing) => {
    const properties = [
      property({ name: 'plain' }),
      ...labels.map((label) => property({ name: label, labels: [label] })),
    ];
    const warning = (id: string): string =>
      `Schema of connection '${id}' of tenant ${TENANT}: these labels are on no property: ${missing}. ` +
      'Without them its items do not show in Copilot.';
    const id = await draftConnection(server);
    expect((await patch(id, ...properties)).status).toBe(202);
    expect(log.take()).toEqual([warning(id)]);
    expect((await patch(id, ...properties)).status).toBe(202);
    expect(log.take()).toEqual([warning(id)]);
    // What was refused is not warned of.
    expect((await patch(id, property({ name: 'other' }))).status).toBe(400);
    expect(log.take()).toEqual([]);
  });

  it('field 2.6: logs no warning with all three labels', async () => {
    const labels = ['title', 'url', 'iconUrl'].map((label) => property({ name: label, labels: [label] }));
    expect((await patch(await draftConnection(server), ...labels)).status).toBe(202);
    expect(log.take()).toEqual([]);
  });
});
