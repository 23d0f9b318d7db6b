import { beforeAll, describe, expect, it } from 'vitest';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import { getItem, itemPath, listItems, putItem, validItem } from '../../support/items.js';
import { property, readyConnection, validSchema } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

const PRINCIPAL = 'microsoft.graph.externalConnectors.principal';
const TYPES = [
  'string',
  'int64',
  'double',
  'dateTime',
  'boolean',
  'principal',
  'stringCollection',
  'int64Collection',
  'doubleCollection',
  'dateTimeCollection',
  'principalCollection',
] as const;
type Type = (typeof TYPES)[number];

const SCHEMA = validSchema(...TYPES.map((type) => property({ name: type, type })));
const WHOLE_PRINCIPAL = {
  externalName: 'Ada',
  externalId: 'x1',
  entraDisplayName: 'Ada L.',
  entraId: '2f1a1d2c-0a3b-4c5d-8e6f-112233445566',
  email: 'ada@contoso.com',
  upn: 'ada@contoso.com',
  tenantId: '9f1a1d2c-0a3b-4c5d-8e6f-112233445566',
};

/** What `name@odata.type` may say, the first as it is answered. */
const ANNOTATIONS: Record<Type, string[]> = {
  string: ['String', '#String', 'Edm.String', '#Edm.String', 'string'],
  int64: ['Int64', '#Int64', 'Edm.Int64', 'int64'],
  double: ['Double', '#Double', 'Edm.Double', 'double'],
  dateTime: ['DateTimeOffset', '#DateTimeOffset', 'Edm.DateTimeOffset', 'DateTime'],
  boolean: ['Boolean', '#Boolean', 'Edm.Boolean', 'boolean'],
  principal: [PRINCIPAL, `#${PRINCIPAL}`],
  stringCollection: [
    'Collection(String)',
    '#Collection(String)',
    'Collection(Edm.String)',
    'collection(string)',
  ],
  int64Collection: [
    'Collection(Int64)',
    '#Collection(Int64)',
    'Collection(Edm.Int64)',
    'Collection(edm.int64)',
  ],
  doubleCollection: ['Collection(Double)', '#Collection(Double)', '#Collection(Edm.Double)'],
  dateTimeCollection: [
    'Collection(DateTimeOffset)',
    '#Collection(DateTimeOffset)',
    'Collection(Edm.DateTimeOffset)',
    'Collection(DateTime)',
  ],
  principalCollection: [`Collection(${PRINCIPAL})`, `#Collection(${PRINCIPAL})`],
};

/** Values as JSON text, by type. */
const VALID: Record<Type, string[]> = {
  string: [
    '""',
    '"x"',
    '" "',
    '"\u00e4\u00f6\u00fc \u4e2d\u6587"',
    '"\\n\\t\\"\\\\\\u0001"',
    `"${'x'.repeat(100_000)}"`,
  ],
  int64: [
    '0',
    '-1',
    '9007199254740991',
    '9007199254740992',
    '9007199254740993',
    '-9007199254740993',
    '9223372036854775807',
    '-9223372036854775808',
  ],
  double: ['0', '1.5', '-0.1', '1.7976931348623157e+308', '5e-324', '0.1234567890123456', '3'],
  dateTime: [
    '"2026-11-24T18:05:10Z"',
    '"2026-11-24T18:05:10.1234567Z"',
    '"2026-11-24T18:05:10+05:30"',
    '"2026-11-24T18:05:10-14:00"',
    '"2026-11-24T18:05:10"',
    '"2026-11-24T18:05Z"',
    '"2024-02-29T00:00:00Z"',
    '"0001-01-01T00:00:00Z"',
    '"9999-12-31T23:59:59.999999999Z"',
    '"2026-03-26T05:13:06.000+0000"',
    '"2026-03-26T05:13-03"',
    '"2026-03-26t05:13:06z"',
    '"2026-03-28"',
  ],
  boolean: ['true', 'false'],
  principal: [
    JSON.stringify(WHOLE_PRINCIPAL),
    '{"upn":"x"}',
    '{"email":null}',
    '{}',
    `{"@odata.type":"#${PRINCIPAL}","upn":"x"}`,
  ],
  stringCollection: ['[]', '["x"]', '["a","b","a",""]'],
  int64Collection: ['[]', '[1,-1]', '[9223372036854775807,-9223372036854775808,9007199254740993]'],
  doubleCollection: ['[]', '[1.5,2]'],
  dateTimeCollection: [
    '[]',
    '["2026-11-24T18:05:10Z","2026-11-24T18:05:10","2026-11-24","2026-11-24T18:05+01"]',
  ],
  principalCollection: ['[]', `[{"upn":"x"},{"email":"y"}]`],
};

const BROKEN: Record<Type, string[]> = {
  string: ['null', '7', 'true', '{}', '["x"]', '"a\\u0000b"', '"\\ud800"', '"\\udc00\\ud800"'],
  int64: [
    'null',
    '"7"',
    '1.5',
    'true',
    '9223372036854775808',
    '-9223372036854775809',
    '1e30',
    '[1]',
    '{}',
    '123456789012345678901234567890',
  ],
  double: ['null', '"1.5"', 'true', '[1.5]', '{}', '"NaN"'],
  dateTime: [
    'null',
    '"20261124"',
    '"20260328T051306Z"',
    '"2026-W13-4"',
    '"2026-085"',
    '"Thu, 26 Mar 2026 05:13:06 GMT"',
    '"2026-11-24T18:05:10.1234567890Z"',
    '"2026-02-30"',
    '"2026-11-24 18:05:10Z"',
    '"2026-02-30T00:00:00Z"',
    '"2025-02-29T00:00:00Z"',
    '"2026-13-01T00:00:00Z"',
    '"2026-11-24T24:00:00Z"',
    '"2026-11-24T18:60:00Z"',
    '"2026-11-24T18:05:10+15:00"',
    '"yesterday"',
    '""',
    '1795392000000',
    '["2026-11-24T18:05:10Z"]',
  ],
  boolean: ['null', '"true"', '0', '1', '"yes"', '[true]'],
  principal: [
    'null',
    '"ada"',
    '["ada"]',
    '{"name":"x"}',
    '{"upn":7}',
    '{"upn":{"x":1}}',
    '{"upn":"\\u0000"}',
    '{"@odata.type":"#microsoft.graph.user","upn":"x"}',
  ],
  stringCollection: ['null', '"x"', '[7]', '["x",null]', '[["x"]]', '{"0":"x"}', '["\\ud83d"]'],
  int64Collection: ['null', '1', '["1"]', '[1,1.5]', '[9223372036854775808]', '[null]'],
  doubleCollection: ['null', '1.5', '["1.5"]', '[null]'],
  dateTimeCollection: ['null', '"2026-11-24T18:05:10Z"', '["2026-11-24","20261124"]', '[1]', '[null]'],
  principalCollection: ['null', '{"upn":"x"}', '["x"]', '[{"name":"x"}]', '{"principals":[{"upn":"x"}]}'],
};

const isAnswered = (type: Type): boolean => type.endsWith('Collection') || type === 'principal';
const ACL = JSON.stringify(validItem().acl);
const bodyOf = (properties: string): string => `{"acl":${ACL},"properties":${properties}}`;
/** A property as it is sent and answered. */
const written = (type: Type, value: string): string =>
  isAnswered(type)
    ? `"${type}@odata.type":"${ANNOTATIONS[type][0]}","${type}":${value}`
    : `"${type}":${value}`;

describe('the properties of an item', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let connection: string;
  beforeAll(async () => {
    connection = await readyConnection(server, { schema: SCHEMA });
  });

  const put = (body: string, id = 'T1'): Promise<Answer> => putItem(server, connection, id, body);

  describe.each(TYPES)('of type %s', (type) => {
    it('are read as they were written, digit for digit, in every way to read them', async () => {
      for (const value of VALID[type]) {
        const expected = `"properties":{${written(type, value)}}`;
        const answer = await put(bodyOf(`{${written(type, value)}}`));
        expect(answer.status, answer.text).toBe(200);
        expect(answer.text).toContain(expected);
        expect((await getItem(server, connection, 'T1')).text).toContain(expected);
        expect((await getItem(server, connection, 'T1', { version: 'v1.0' })).text).toContain(expected);
        expect((await listItems(server, connection)).text).toContain(expected);
        const expanded = await send(server, 'GET', `/beta/external/connections/${connection}?$expand=items`);
        expect(expanded.text).toContain(expected);
      }
    });

    it('are refused when their value is another, and nothing is changed [bodyNotValid]', async () => {
      expect((await put(bodyOf(`{${written(type, VALID[type][0]!)}}`))).status).toBe(200);
      const before = await getItem(server, connection, 'T1');
      for (const value of BROKEN[type]) {
        const answer = await put(`{"properties":{${written(type, value)}}}`);
        assertGraphError(answer, {
          status: 400,
          code: 'InvalidRequest',
          message: 'The request is malformed or incorrect.',
          inner: {
            code: 'PropertyTypeMismatch',
            message: expect.stringMatching(
              `^Property '${type}' value does not match the type '${type}' in the schema: '${type}.*' (must be|must not be|is no) `,
            ),
          },
        });
        expect(answer.body.error.details[0].target).toMatch(`properties.${type}`);
        expect((await getItem(server, connection, 'T1')).text).toBe(before.text);
      }
    });

    it('may say their @odata.type in every spelling, and are refused with another', async () => {
      const value = VALID[type][1]!;
      for (const annotation of ANNOTATIONS[type]) {
        const answer = await put(bodyOf(`{"${type}@odata.type":"${annotation}","${type}":${value}}`));
        expect(answer.status, answer.text).toBe(200);
        expect(answer.text).toContain(`"properties":{${written(type, value)}}`);
        const behind = await put(bodyOf(`{"${type}":${value},"${type}@odata.type":"${annotation}"}`));
        expect(behind.text).toContain(`"properties":{${written(type, value)}}`);
      }
      const others = TYPES.filter((other) => other !== type).map((other) => `"${ANNOTATIONS[other][0]!}"`);
      for (const annotation of [
        ...others,
        '"Collection(Collection(String))"',
        '"Guid"',
        '""',
        '7',
        'null',
        '["String"]',
      ]) {
        assertGraphError(await put(bodyOf(`{"${type}@odata.type":${annotation},"${type}":${value}}`)), {
          status: 400,
          code: 'InvalidRequest',
          inner: { code: 'PropertyTypeMismatch' },
        });
      }
    });
  });

  it('keep of type double what a double can, and minus zero is zero', async () => {
    const properties =
      '{"double":9007199254740993,"doubleCollection@odata.type":"Collection(Double)","doubleCollection":[9223372036854775807,-0]}';
    expect((await put(bodyOf(properties))).body.properties).toMatchObject({
      double: 9007199254740992,
      doubleCollection: [9223372036854776000, 0],
    });
    const { text } = await getItem(server, connection, 'T1');
    expect(text).toContain('"double":9007199254740992,');
    expect(text).toContain('"doubleCollection":[9223372036854776000,0]');
  });

  it.each<[type: Type, value: string, place: string, why: string]>([
    ['boolean', '"true"', '', 'must be true or false; it is a string: true'],
    ['int64', '"7"', '', 'must be a whole number of 64 bits; it is a string: 7'],
    [
      'int64',
      '9223372036854775808',
      '',
      'must be a whole number of 64 bits; it is a number: 9223372036854775808',
    ],
    ['double', '{}', '', 'must be a number; it is an object: {}'],
    ['string', '7', '', 'must be a string; it is a number: 7'],
    [
      'string',
      '"a\\u0000b"',
      '',
      'must be well-formed Unicode text without U+0000; it is a string: a\\u0000b',
    ],
    [
      'string',
      '"a\\ud800b"',
      '',
      'must be well-formed Unicode text without U+0000; it is a string: a\ufffdb',
    ],
    [
      'dateTime',
      '"20261124"',
      '',
      'must be an ISO 8601 date or date and time, such as 2026-11-24 or 2026-11-24T18:05:10Z; it is a string: 20261124',
    ],
    ['stringCollection', '"x"', '', 'must be an array; it is a string: x'],
    ['stringCollection', '["x",null]', '[1]', 'must be a string; it is null'],
    ['principal', '"ada"', '', 'must be an object; it is a string: ada'],
    ['principal', '{"email":"x","upn":7}', '.upn', 'must be a string or null; it is a number: 7'],
    [
      'principal',
      '{"mail":"x"}',
      '.mail',
      'is no member of a principal, which has externalName, externalId, entraDisplayName, entraId, email, upn, tenantId',
    ],
    ['principal', '{"@odata.type":"user"}', '.@odata.type', `must be '${PRINCIPAL}'; it is a string: user`],
    [
      'principalCollection',
      '[{"upn":"x"},{"upn":[]}]',
      '[1].upn',
      'must be a string or null; it is an array: []',
    ],
    ['principalCollection', '{"principals":[]}', '', 'must be an array; it is an object: {"principals":[]}'],
  ])(
    'are refused for type %s if they are %s: the error says where and why',
    async (type, value, place, why) => {
      const answer = await put(bodyOf(`{${written(type, value)}}`), 'T8');
      const message = `Property '${type}' value does not match the type '${type}' in the schema: '${type}${place}' ${why}.`;
      assertGraphError(answer, {
        status: 400,
        code: 'InvalidRequest',
        inner: { code: 'PropertyTypeMismatch', message },
      });
      expect(answer.body.error.details).toEqual([
        { code: 'PropertyTypeMismatch', message, target: `properties.${type}${place}` },
      ]);
    },
  );

  it.each(TYPES.filter((type) => type.endsWith('Collection')))(
    'need their @odata.type for type %s',
    async (type) => {
      const answer = await put(bodyOf(`{"${type}":${VALID[type][1]!}}`), 'T2');
      assertGraphError(answer, {
        status: 400,
        code: 'InvalidRequest',
        inner: { code: 'PropertyTypeMismatch' },
      });
      expect(answer.body.error.details).toEqual([
        {
          code: 'PropertyTypeMismatch',
          message: `Property '${type}' value does not match the type '${type}' in the schema: '${type}@odata.type' must be '${ANNOTATIONS[type][0]!}', and is missing.`,
          target: `properties.${type}@odata.type`,
        },
      ]);
      expect((await getItem(server, connection, 'T2')).status).toBe(404);
    },
  );

  it('are checked in a batch as well, and keep their digits', async () => {
    const value = '-9223372036854775808';
    const request = (id: number, method: string, body?: string): string =>
      `{"id":"${id}","method":"${method}","url":"${itemPath(connection, 'T3').slice('/beta'.length)}"` +
      (body === undefined ? '' : `,"headers":{"Content-Type":"application/json"},"body":${body}`) +
      `,"dependsOn":[${id === 1 ? '' : '"1"'}]}`;
    const answer = await send(server, 'POST', '/beta/$batch', {
      body: `{"requests":[${request(1, 'PUT', bodyOf(`{"int64":${value}}`))},${request(2, 'GET')}]}`,
    });
    expect(
      answer.body.responses.map(({ status }: { status: number }) => status),
      answer.text,
    ).toEqual([200, 200]);
    expect(answer.text.split(`"properties":{"int64":${value}}`)).toHaveLength(3);
  });

  it.each([
    [
      'two scripts and combining marks',
      'Ze\u0301ro \u00e9 \u4e2d\u6587 \u0639\u0631\u0628\u064a \u0e17\u0e35\u0e48',
    ],
    ['astral characters', '\u{1f600}\u{1f468}\u200d\u{1f469}\u200d\u{1f467} \u{20000} \u{10ffff}'],
    ['control characters', '\u0001\u001f\u007f\u0085\u2028\u2029\ufeff'],
    ['noncharacters', '\ufffe\uffff\u{1ffff}'],
  ])('keep %s as they were written, not normalized', async (_what, text) => {
    const item = {
      acl: [{ type: 'externalGroup', value: text, accessType: 'grant' }],
      properties: {
        string: text,
        'stringCollection@odata.type': 'Collection(String)',
        stringCollection: [text],
      },
      content: { type: 'text', value: text },
    };
    expect((await putItem(server, connection, 'T4', item)).body).toMatchObject(item);
    expect((await getItem(server, connection, 'T4')).body).toMatchObject(item);
  });

  it('have the names of the schema', async () => {
    const answer = await put(bodyOf('{"string":"x","colour":"red","colour@odata.type":"String"}'), 'T5');
    assertGraphError(answer, {
      status: 400,
      code: 'InvalidRequest',
      inner: { code: 'PropertyNotFound', message: "Property 'colour' is not defined in the schema." },
    });
    expect((await getItem(server, connection, 'T5')).status).toBe(404);
  });

  it('are all read, and every fault of theirs is listed', async () => {
    const all = TYPES.map((type) => written(type, BROKEN[type][0]!)).join(',');
    const answer = await put(bodyOf(`{${all}}`), 'T6');
    expect(answer.body.error.details).toHaveLength(TYPES.length);
    const good = TYPES.map((type) => written(type, VALID[type].at(-1)!)).join(',');
    expect((await put(bodyOf(`{${good}}`), 'T6')).text).toContain(`"properties":{${good}}`);
  });

  it('can be written back as they were read', async () => {
    const good = TYPES.map((type) => written(type, VALID[type].at(-1)!)).join(',');
    await put(bodyOf(`{${good}}`), 'T7');
    const first = await getItem(server, connection, 'T7');
    const again = await put(first.text, 'T7');
    expect(again.status, again.text).toBe(200);
    expect((await getItem(server, connection, 'T7')).text).toBe(first.text);
  });
});
