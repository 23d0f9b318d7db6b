import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringifyExactly } from '../../../src/graph/http/exact-json.js';
import type { AclDto } from '../../../src/items/external-item.dto.js';
import { ANNOTATION, VALUE_TYPES } from '../../../src/items/property-values.js';
import type { SchemaPropertyDto } from '../../../src/schema/schema.dto.js';
import { bind } from '../../../src/search/kql/bind.js';
import { freeText } from '../../../src/search/kql/free-text.js';
import { KqlSchema } from '../../../src/search/kql/kql-schema.js';
import { parse } from '../../../src/search/kql/parser.js';
import { phrasesOf } from '../../../src/search/kql/phrases.js';
import { decide, principalOf } from '../../../src/search/trimming/principals.js';
import { TENANT } from '../../support/callers.js';
import { putItem } from '../../support/items.js';
import {
  acls,
  type ArbitraryAclEntry,
  hostileQueries,
  kqlItems,
  kqlQueries,
  kqlSchemas,
  nearQueries,
  NOW,
} from '../../support/kql-arbitrary.js';
import { type EvaluatedItem, matches } from '../../support/kql-evaluator.js';
import type { WholeProperty } from '../../support/schema-arbitrary.js';
import { readyConnection, validSchema } from '../../support/schemas.js';
import { connectionKeyOf, searchFor, searchOf } from '../../support/search.js';
import { startServer, type TestServer } from '../../support/server.js';

const MOST_ITEMS = 100;
/** An item has one property at least. */
const FILLER = { name: 'filler', type: 'string' as const };

const guid = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const USERS = [1, 2, 3].map(guid);
const GROUPS = [11, 12].map(guid);
const EXTERNAL_GROUPS = ['sales', 'Sales', 'it'];
const WHOEVER = [
  { type: 'everyone', value: TENANT },
  { type: 'everyoneExceptGuests', value: TENANT },
  ...USERS.map((value) => ({ type: 'user', value })),
  ...GROUPS.map((value) => ({ type: 'group', value })),
  ...EXTERNAL_GROUPS.map((value) => ({ type: 'externalGroup', value })),
].map((entry) => principalOf({ ...entry, accessType: 'grant' })!);

interface World {
  readonly properties: readonly SchemaPropertyDto[];
  readonly items: readonly { readonly item: EvaluatedItem; readonly acl: readonly ArbitraryAclEntry[] }[];
  readonly searches: readonly { readonly text: string; readonly principals: readonly string[] }[];
}

/** A connection with items, and searches of them by whoever. */
const worlds = (
  queriesOf: (schema: readonly WholeProperty[]) => fc.Arbitrary<string>,
  searches: number,
): fc.Arbitrary<World> =>
  kqlSchemas().chain((schema) =>
    fc.record({
      properties: fc.constant([...schema, FILLER] as unknown as readonly SchemaPropertyDto[]),
      items: fc.array(
        fc.record({ item: kqlItems(schema), acl: acls(USERS, GROUPS, EXTERNAL_GROUPS, TENANT) }),
        { minLength: 10, maxLength: 25 },
      ),
      searches: fc.array(fc.record({ text: queriesOf(schema), principals: fc.subarray(WHOEVER) }), {
        minLength: searches,
        maxLength: searches,
      }),
    }),
  );

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ SCHEMA_PROVISIONING_MS: '0' });
});
afterAll(() => server.close());

function bodyOf(
  { item: { properties, content }, acl }: World['items'][number],
  schema: World['properties'],
): string {
  const annotations = schema
    .filter(({ name, type }) => name in properties && VALUE_TYPES[type].collection)
    .map(({ name, type }) => [name + ANNOTATION, `Collection(${VALUE_TYPES[type].of.names[0]!})`]);
  return stringifyExactly({
    acl,
    properties: { ...Object.fromEntries(annotations), ...properties, filler: 'x' },
    ...(content === undefined ? {} : { content }),
  });
}

/** Writes the items, runs each search on the index, and compares what it finds with the plain evaluator. */
async function compare({ properties, items, searches }: World): Promise<{ found: number; all: number }> {
  const id = await readyConnection(server, {
    schema: validSchema(...(properties as unknown as Record<string, unknown>[])),
  });
  for (const [index, one] of items.entries()) {
    const answer = await putItem(server, id, `i${index}`, bodyOf(one, properties));
    expect(answer.status, answer.text).toBe(200);
  }
  const connectionKey = await connectionKeyOf(server, id);
  const schema = new KqlSchema(properties);
  const counts = { found: 0, all: 0 };
  for (const { text, principals } of searches) {
    const { tree } = parse(text, {
      isProperty: (name) => schema.find(name) !== undefined,
      closesPhrases: true,
    });
    const { condition } = bind(tree ?? freeText(text), schema, { now: NOW });
    const { total, hits } = await searchFor(
      server,
      searchOf(
        { connectionKey, schema: properties, condition, principals },
        { size: MOST_ITEMS, phrases: phrasesOf(condition) },
      ),
    );
    const visible = items.flatMap(({ item, acl }, index) =>
      decide(acl as unknown as AclDto[], new Set(principals)).visible ? [{ item, itemId: `i${index}` }] : [],
    );
    const expected = visible
      .filter(({ item }) =>
        matches(condition, { ...item, properties: { ...item.properties, filler: 'x' } }, properties),
      )
      .map(({ itemId }) => itemId)
      .toSorted();
    const found = hits.map(({ itemId }) => itemId).toSorted();
    const search = `${text} as ${principals.join()}`;
    expect(total, search).toBe(found.length);
    expect(
      visible.map(({ itemId }) => itemId),
      search,
    ).toEqual(expect.arrayContaining(found));
    expect(found, search).toEqual(expected);
    counts.found += expected.length;
    counts.all += items.length;
  }
  return counts;
}

describe('kql 7: the index and the plain evaluator', () => {
  it('(4) find the same items of those that are visible', async () => {
    const counts = { found: 0, all: 0 };
    await fc.assert(
      fc.asyncProperty(
        worlds((schema) => kqlQueries(schema), 100),
        async (world) => {
          const { found, all } = await compare(world);
          counts.found += found;
          counts.all += all;
        },
      ),
      { numRuns: 8, endOnFailure: true },
    );
    expect(counts.found).toBeGreaterThan(counts.all / 20);
  });

  it('(4) find the same items of those that have words near each other', async () => {
    await fc.assert(
      fc.asyncProperty(
        worlds(() => nearQueries, 100),
        async (world) => {
          await compare(world);
        },
      ),
      { numRuns: 4, endOnFailure: true },
    );
  });

  it('(6) find no item that is not visible, whatever the query is', async () => {
    await fc.assert(
      fc.asyncProperty(
        worlds(() => hostileQueries, 150),
        async (world) => {
          await compare(world);
        },
      ),
      { numRuns: 4, endOnFailure: true },
    );
  });
});
