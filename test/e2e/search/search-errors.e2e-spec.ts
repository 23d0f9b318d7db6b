import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertGraphError } from '../../support/errors.js';
import type { Answer } from '../../support/http.js';
import {
  foundIn,
  putTicket,
  search,
  searchBody,
  searchWorld,
  source,
  ticketConnection,
} from '../../support/searches.js';
import { assertSearchError } from '../../support/search-errors.js';
import { startServer, type TestServer } from '../../support/server.js';

const count = { sortBy: 'count' };
const QUERY_REQUIRED =
  'SearchRequest Invalid (EntityRequest Invalid (searchRequest -> query is invalid (queryString required)))';

describe.each(['beta', 'v1.0'])('search 10: what a search refuses in %s', (version) => {
  let server: TestServer;
  const world = searchWorld();
  let tickets: string;
  beforeAll(async () => {
    server = await startServer({ SCHEMA_PROVISIONING_MS: '0' });
    tickets = await ticketConnection(server, world);
    await putTicket(server, world, tickets, 'T1', { title: 'Printer', priority: 'high' });
  });
  afterAll(() => server.close());

  const send = (body: unknown): Promise<Answer> => search(server, world.user, body, version);
  const ask = (rest: Record<string, unknown>): Promise<Answer> => send(searchBody(tickets, 'printer', rest));

  it.each([
    ['missing', {}],
    ['empty', { queryString: '' }],
    ['blank', { queryString: ' \t' }],
  ])('a query string that is %s [searchQueryRequired]', async (_what, query) => {
    const answer = await ask({ query });
    assertSearchError(answer, QUERY_REQUIRED);
    // The whole recorded nesting.
    expect(answer.body.error.details[0].details[0].details).toEqual([
      expect.objectContaining({ message: 'queryString required', httpCode: 400 }),
    ]);
  });

  it('a request without a query [searchQueryRequired]', async () => {
    const { query: _query, ...rest } = searchBody(tickets).requests[0]!;
    assertSearchError(await send({ requests: [rest] }), QUERY_REQUIRED);
  });

  it.each([[undefined], [null], [[]], [['']]])(
    'content sources that are %j [contentSourceRequired]',
    async (contentSources) => {
      assertSearchError(
        await ask({ contentSources }),
        'SearchRequest Invalid (Content Source cannot be null or empty for entity type - ExternalItem)',
      );
    },
  );

  it('two requests for the same entity type [entityTypesRepeated]', async () => {
    const [request] = searchBody(tickets).requests;
    assertSearchError(
      await send({ requests: [request, request] }),
      'SearchRequest Invalid (Entity types must not be duplicates in multiple entity requests)',
    );
  });

  it.each([
    [['message'], 'Message'],
    [['externalItem', 'driveItem'], 'DriveItem'],
    [['listItem', 'site', 'list'], 'ListItem, Site, List'],
    [['person'], 'Person'],
  ])('the entity types %j, by their names [entityTypesNotServed]', async (entityTypes, names) => {
    assertSearchError(
      await ask({ entityTypes }),
      `SearchRequest Invalid (EntityRequest Invalid (Entity type ${names} is not supported: this server has ExternalItem alone.))`,
    );
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['no entity type', { entityTypes: [] }, /entityTypes.* at least 1 value/],
    ['null as entity types', { entityTypes: null }, /entityTypes' is required/],
    ['a negative offset', { from: -1 }, /from' must be at least 0/],
    ['an offset that is too large', { from: 10_001 }, /from' must be at most 10000/],
    ['a negative size', { size: -1 }, /size' must be at least 0/],
    ['a size that is too large', { size: 501 }, /size' must be at most 500/],
    [
      'six sorts',
      { sortProperties: Array.from({ length: 6 }, () => ({ name: 'age' })) },
      /more than 5 values/,
    ],
    ['a sort without name', { sortProperties: [{}] }, /name' is required/],
    [
      'too many aggregations',
      { aggregations: Array.from({ length: 21 }, () => ({ field: 'age', bucketDefinition: count })) },
      /more than 20/,
    ],
    ['an aggregation without field', { aggregations: [{ bucketDefinition: count }] }, /field' is required/],
    [
      'an aggregation without definition',
      { aggregations: [{ field: 'age' }] },
      /bucketDefinition' is required/,
    ],
    [
      'a definition without order',
      { aggregations: [{ field: 'age', bucketDefinition: {} }] },
      /sortBy' is required/,
    ],
    [
      'no bucket',
      { aggregations: [{ field: 'age', size: 0, bucketDefinition: count }] },
      /size' must be at least 1/,
    ],
    [
      'too many buckets',
      { aggregations: [{ field: 'age', size: 65_536, bucketDefinition: count }] },
      /size' must be at most 65535/,
    ],
    [
      'dates without ranges',
      { aggregations: [{ field: 'due', bucketDefinition: count }] },
      /dates are counted by ranges alone/,
    ],
    [
      'ranges of text',
      { aggregations: [{ field: 'priority', bucketDefinition: { ...count, ranges: [{ from: 'a' }] } }] },
      /has ranges, and its type is string/,
    ],
    [
      'a range that is no number',
      { aggregations: [{ field: 'age', bucketDefinition: { ...count, ranges: [{ from: 'a' }] } }] },
      /'a' is no value of type int64/,
    ],
    ['a collapse without fields', { collapseProperties: [{ fields: [], limit: 1 }] }, /at least 1 value/],
    [
      'a collapse to nothing',
      { collapseProperties: [{ fields: ['age'], limit: 0 }] },
      /limit' must be at least 1/,
    ],
    [
      'a source that is no path',
      { contentSources: ['contosohr'] },
      /must be '\/external\/connections\/\{connection-id\}'/,
    ],
    ['too many sources', { contentSources: Array(101).fill(source('x')) }, /more than 100 values/],
    ['too many fields', { fields: Array(1_001).fill('title') }, /more than 1000 values/],
    ['a long query', { query: { queryString: 'a'.repeat(4_097) } }, /cannot exceed 4096 characters/],
    [
      'a query that is long in its template',
      { query: { queryString: 'a'.repeat(3_000), queryTemplate: '{searchTerms} {searchTerms}' } },
      /template has more than 4096 characters/,
    ],
  ])('%s [searchRequestNotValid]', async (_what, rest, cause) => {
    expect(assertSearchError(await ask(rest))).toMatch(cause);
  });

  it('several faults at once, each listed [searchRequestNotValid]', async () => {
    const { body } = await ask({ from: -1, size: 501 });
    expect(body.error.details[0].details.map(({ message }: { message: string }) => message)).toEqual([
      expect.stringContaining('from'),
      expect.stringContaining('size'),
    ]);
  });

  it('no request, and too many [searchRequestNotValid]', async () => {
    expect(assertSearchError(await send({}))).toContain("'requests' is required");
    expect(assertSearchError(await send({ requests: [] }))).toContain('at least 1 value');
    const [request] = searchBody(tickets).requests;
    expect(assertSearchError(await send({ requests: Array(11).fill(request) }))).toContain(
      'more than 10 values',
    );
  });

  it.each<[string, Record<string, unknown>]>([
    ['sort', { sortProperties: [{ name: 'title' }] }],
    ['sort', { sortProperties: [{ name: 'missing' }] }],
    ['aggregation', { aggregations: [{ field: 'title', bucketDefinition: count }] }],
    ['aggregation', { aggregations: [{ field: 'missing', bucketDefinition: count }] }],
    ['aggregation filter', { aggregationFilters: ['title:"ǂǂ68"'] }],
    ['collapse', { collapseProperties: [{ fields: ['title'], limit: 1 }] }],
    ['collapse', { collapseProperties: [{ fields: ['team'], limit: 1 }] }],
  ])(
    'search 6, 7: a %s by a property that does not allow it: %j [searchPropertyNotSupported]',
    async (use, rest) => {
      expect(assertSearchError(await ask(rest))).toMatch(
        new RegExp(`^Don't support ${use} for property '\\w+' of ExternalItem`),
      );
    },
  );

  it('search 7: an aggregation filter that cannot be read [aggregationFilterNotValid]', async () => {
    expect(assertSearchError(await ask({ aggregationFilters: ['priority:high'] }))).toBe(
      "Aggregation filter 'priority:high' is invalid: it needs a token of a bucket, in quotes, or a range.",
    );
  });

  it('search 2: a later level of a collapse with a larger limit [collapseLimitsNotValid]', async () => {
    const level = (limit: number) => ({ fields: ['priority'], limit });
    expect(assertSearchError(await ask({ collapseProperties: [level(1), level(2)] }))).toContain(
      'Collapse limits',
    );
    expect(foundIn(await ask({ collapseProperties: [level(2), level(1)] })).total).toBe(1);
  });

  it.each<[string, Record<string, unknown>]>([
    ['a type that does not fit', { from: 'x' }],
    ['a member that does not exist', { sise: 1 }],
    ['an entity type that does not exist', { entityTypes: ['ticket'] }],
    ['U+0000 in the query', { query: { queryString: 'a\0b' } }],
  ])(
    'what is no request of the service model at all, as Graph refuses it: %s [bodyNotValid]',
    async (_what, rest) => {
      const answer = await ask(rest);
      expect(answer.status).toBe(400);
      assertGraphError(answer, { status: 400, code: answer.body.error.code });
      expect(answer.body).not.toHaveProperty('Instrumentation');
    },
  );
});
