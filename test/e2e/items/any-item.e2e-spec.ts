import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringifyExactly } from '../../../src/graph/http/exact-json.js';
import { newTenant, tokenOf } from '../../support/callers.js';
import { read } from '../../support/connections.js';
import { getItem, listItems, putItem } from '../../support/items.js';
import { property, readyConnection, validSchema } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

const PRINCIPAL = 'microsoft.graph.externalConnectors.principal';

const text = fc
  .string({ unit: 'binary', maxLength: 30 })
  .filter((value) => !value.includes('\0') && value.isWellFormed());
const filled = text.filter((value) => value.trim() !== '');
const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 0n),
);
/** Minus zero is zero in JSON as JavaScript writes it. */
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const dateTime = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
  .chain((date) =>
    fc
      .constantFrom('Z', 'z', '+05:30', '+0530', '-05', '')
      .map((zone) => date.toISOString().replace('Z', zone)),
  );
const principal = fc.record({ upn: text, entraId: text, externalName: text }, { requiredKeys: [] });

/** Each type: its name in `@odata.type` where that is answered, its values, and values of others. */
const TYPES: Record<
  string,
  { annotation?: string; valid: fc.Arbitrary<unknown>; broken: fc.Arbitrary<unknown> }
> = {
  string: { valid: text, broken: fc.constantFrom(1, true, {}, ['x'], '\0', '\ud800') },
  int64: { valid: int64, broken: fc.constantFrom('1', 1.5, 2n ** 63n, -(2n ** 63n) - 1n, {}, true) },
  double: { valid: double, broken: fc.constantFrom('1', true, {}, [1]) },
  dateTime: { valid: dateTime, broken: fc.constantFrom('2026-02-30T00:00:00Z', '20261124', 5, '', null) },
  boolean: { valid: fc.boolean(), broken: fc.constantFrom('true', 0, {}) },
  principal: {
    annotation: PRINCIPAL,
    valid: principal,
    broken: fc.constantFrom('x', { name: 'x' }, { upn: 1 }),
  },
  stringCollection: {
    annotation: 'Collection(String)',
    valid: fc.array(text),
    broken: fc.constantFrom('x', [1], ['x', null]),
  },
  int64Collection: {
    annotation: 'Collection(Int64)',
    valid: fc.array(int64),
    broken: fc.constantFrom(1, ['1'], [2n ** 63n]),
  },
  doubleCollection: {
    annotation: 'Collection(Double)',
    valid: fc.array(double),
    broken: fc.constantFrom(1, ['1']),
  },
  dateTimeCollection: {
    annotation: 'Collection(DateTimeOffset)',
    valid: fc.array(dateTime),
    broken: fc.constantFrom('2026-11-24T00:00:00Z', ['20261124']),
  },
  principalCollection: {
    annotation: `Collection(${PRINCIPAL})`,
    valid: fc.array(principal, { maxLength: 3 }),
    broken: fc.constantFrom({ upn: 'x' }, ['x']),
  },
};
const NAMES = Object.keys(TYPES);

const schema = fc.uniqueArray(
  fc.record({
    name: fc.oneof(
      // JavaScript puts members whose names are whole numbers first, whatever their order was.
      fc.stringMatching(/^[A-Za-z0-9]{1,32}$/).filter((name) => !/^(0|[1-9]\d*)$/.test(name)),
      fc.constantFrom('constructor', 'toString', 'valueOf', 'hasOwnProperty', '007'),
    ),
    type: fc.constantFrom(...NAMES),
  }),
  { minLength: 1, maxLength: 8, selector: ({ name }) => name.toLowerCase() },
);
type Schema = { name: string; type: string }[];

const acl = fc.array(
  fc.record({
    type: fc.constantFrom('user', 'group', 'everyone', 'everyoneExceptGuests', 'externalGroup'),
    value: filled,
    accessType: fc.constantFrom('grant', 'deny'),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Properties with their annotations, of some of the schema's names; the members are in the order in which they are answered. */
const propertiesOf = (of: Schema): fc.Arbitrary<Record<string, unknown>> =>
  fc.subarray(of, { minLength: 1 }).chain((chosen) =>
    fc.tuple(...chosen.map(({ type }) => TYPES[type]!.valid)).map((values) =>
      Object.fromEntries(
        chosen.flatMap(({ name, type }, index): [string, unknown][] => {
          const { annotation } = TYPES[type]!;
          const own: [string, unknown] = [name, values[index]];
          return annotation === undefined ? [own] : [[`${name}@odata.type`, annotation], own];
        }),
      ),
    ),
  );

const itemOf = (of: Schema): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(
    {
      acl,
      properties: propertiesOf(of),
      content: fc.record({ type: fc.constantFrom('text', 'html'), value: text }),
      informationProtectionLabel: fc.record({ sensitivityLabelId: fc.uuid() }),
    },
    { requiredKeys: ['acl', 'properties'] },
  );

/** The first JSON object behind a name, as it stands in a text. */
function objectBehind(name: string, json: string): string {
  const start = json.indexOf(`"${name}":{`) + name.length + 3;
  let depth = 0;
  let inString = false;
  for (let index = start; index < json.length; index++) {
    const char = json[index];
    if (inString) {
      if (char === '\\') index++;
      else if (char === '"') inString = false;
    } else if (char === '"') inString = true;
    else if (char === '{') depth++;
    else if (char === '}' && --depth === 0) return json.slice(start, index + 1);
  }
  throw new Error(`No object ${name} in ${json}`);
}

describe('any item', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });

  it('is read as it was written under any schema, digit for digit and in Unicode', async () => {
    const as = await tokenOf(server, { tenantId: newTenant() });
    const schemaAndItems = schema.chain((of) =>
      fc.tuple(fc.constant(of), fc.array(itemOf(of), { minLength: 1, maxLength: 5 })),
    );
    await fc.assert(
      fc.asyncProperty(schemaAndItems, async ([of, items]) => {
        const connection = await readyConnection(server, { schema: validSchema(...of.map(property)), as });
        for (const [index, item] of items.entries()) {
          const id = `T${index}`;
          const written = await putItem(server, connection, id, stringifyExactly(item), { as });
          expect(written.status, written.text).toBe(200);
          const stored = await getItem(server, connection, id, { as });
          const { '@odata.context': _, properties: answered, ...rest } = stored.body;
          const { properties: sent, ...own } = item;
          expect(rest).toEqual({ id, ...own });
          expect(answered).toEqual(JSON.parse(stringifyExactly(sent)));
          for (const { text: json } of [written, stored])
            expect(objectBehind('properties', json)).toBe(stringifyExactly(sent));
        }
        const listed = await listItems(server, connection, { as });
        for (const { properties } of items) expect(listed.text).toContain(stringifyExactly(properties));
        expect((await read(server, connection, { as })).body.ingestedItemsCount).toBe(items.length);
      }),
      { numRuns: 25 },
    );
  });

  it('is refused if it is broken in one place, and leaves nothing: neither item nor count nor another change', async () => {
    const as = await tokenOf(server, { tenantId: newTenant() });
    const all = NAMES.map((type) => ({ name: type, type }));
    const connection = await readyConnection(server, { schema: validSchema(...all.map(property)), as });
    const brokenProperty = fc.tuple(itemOf(all), fc.constantFrom(...NAMES)).chain(([item, name]) =>
      TYPES[name]!.broken.map((value) => ({
        ...item,
        properties: {
          ...(item.properties as object),
          [`${name}@odata.type`]: TYPES[name]!.annotation ?? undefined,
          [name]: value,
        },
      })),
    );
    const brokenPart = fc
      .tuple(
        itemOf(all),
        fc.constantFrom<Record<string, unknown>>(
          { acl: [] },
          { acl: [{ type: 'user', value: 'x' }] },
          { acl: [{ type: 'robot', value: 'x', accessType: 'grant' }] },
          { properties: { unknown: 1 } },
          { properties: {} },
          { properties: { stringCollection: ['x'] } },
          { content: { type: 'pdf' } },
          { id: 'another' },
          { colour: 'red' },
        ),
      )
      .map(([item, part]) => ({ ...item, ...part }));
    const good = '{"acl":[{"type":"everyone","value":"x","accessType":"grant"}],"properties":{"string":"x"}}';
    await putItem(server, connection, 'there', good, { as });
    const before = await getItem(server, connection, 'there', { as });
    await fc.assert(
      fc.asyncProperty(fc.oneof(brokenProperty, brokenPart), async (item) => {
        for (const id of ['new', 'there']) {
          const answer = await putItem(server, connection, id, stringifyExactly(item), { as });
          expect(answer.status, answer.text).toBe(400);
        }
        expect((await getItem(server, connection, 'new', { as })).status).toBe(404);
        expect((await getItem(server, connection, 'there', { as })).text).toBe(before.text);
        expect((await read(server, connection, { as })).body.ingestedItemsCount).toBe(1);
      }),
      { numRuns: 50 },
    );
  });

  it('is taken, or refused as the client’s fault, whatever members it has', async () => {
    const as = await tokenOf(server, { tenantId: newTenant() });
    const connection = await readyConnection(server, {
      schema: validSchema(property({ name: 'constructor' })),
      as,
    });
    const words = fc.constantFrom(
      'acl',
      'properties',
      'content',
      'id',
      'type',
      'value',
      'accessType',
      'constructor',
      '__proto__',
      '@odata.type',
      'then',
    );
    const anything = fc.letrec<{ value: unknown; object: Record<string, unknown> }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom('user', 'grant', 'text', 'x'),
        fc.string({ unit: 'binary' }),
        double,
        int64,
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('value'), { maxLength: 3 }),
        tie('object'),
      ),
      object: fc.dictionary(words, tie('value'), { maxKeys: 6, noNullPrototype: true }),
    })).object;
    await fc.assert(
      fc.asyncProperty(anything, async (item) => {
        const answer = await putItem(server, connection, 'T1', stringifyExactly(item), { as });
        expect([200, 400], answer.text).toContain(answer.status);
      }),
      { numRuns: 150 },
    );
  });
});
