import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../../support/http.js';
import { property, readyConnection, validSchema } from '../../support/schemas.js';
import {
  foundIn,
  idsIn,
  putTicket,
  search,
  searchBody,
  searchWorld,
  ticketConnection,
} from '../../support/searches.js';
import { startServer, type TestServer } from '../../support/server.js';

interface Bucket {
  readonly key: string;
  readonly count: number;
  readonly aggregationFilterToken: string;
}

describe('the refinements of a search', () => {
  let server: TestServer;
  const world = searchWorld();
  let tickets: string;
  beforeAll(async () => {
    server = await startServer({ SCHEMA_PROVISIONING_MS: '0' });
    tickets = await ticketConnection(server, world);
    const put = (id: string, properties: Record<string, unknown>): Promise<void> =>
      putTicket(server, world, tickets, id, { title: `Ticket ${id}`, ...properties });
    await put('A', { priority: 'high', tags: ['red', 'blue'], age: 50, cost: 1.5, due: '2026-01-10' });
    await put('B', { priority: 'high', tags: ['red'], age: 100, cost: 2.5, due: '2026-02-10T12:00:00Z' });
    await put('C', { priority: 'low', tags: ['green'], age: 150, due: '2026-03-10' });
    await put('D', { age: 1000 });
  });
  afterAll(() => server.close());

  const ask = (rest: Record<string, unknown>, queryString = '*'): Promise<Answer> =>
    search(server, world.user, searchBody(tickets, queryString, rest));
  const ids = async (rest: Record<string, unknown>, queryString?: string): Promise<string[]> =>
    idsIn(foundIn(await ask(rest, queryString)));
  const bucketsOf = (answer: Answer): Bucket[] =>
    foundIn(answer).response.hitsContainers[0].aggregations[0].buckets;
  const buckets = async (
    field: string,
    bucketDefinition: Record<string, unknown>,
    size?: number,
  ): Promise<Bucket[]> => bucketsOf(await ask({ aggregations: [{ field, size, bucketDefinition }] }));

  it('search 6: sort by refinable properties, by several one after the other, items without a value last', async () => {
    const by = (...sortProperties: object[]): Promise<string[]> => ids({ sortProperties });
    expect(await by({ name: 'age' })).toEqual(['A', 'B', 'C', 'D']);
    expect(await by({ name: 'age', isDescending: true })).toEqual(['D', 'C', 'B', 'A']);
    expect(await by({ name: 'due', isDescending: true })).toEqual(['C', 'B', 'A', 'D']);
    expect(await by({ name: 'priority' }, { name: 'age', isDescending: true })).toEqual(['B', 'A', 'C', 'D']);
    expect(await by({ name: 'AGE' })).toEqual(['A', 'B', 'C', 'D']);
    expect(await by({ name: 'urgency', isDescending: true }, { name: 'age' })).toEqual(['C', 'A', 'B', 'D']);
  });

  it('search 6: sort by relevance without sortProperties: the title goes before the content', async () => {
    const connection = await ticketConnection(server, world);
    const content = (value: string) => ({ content: { type: 'text', value } });
    await putTicket(server, world, connection, 'title', { title: 'Toner' }, content('Nothing more.'));
    await putTicket(
      server,
      world,
      connection,
      'text',
      { title: 'Ticket' },
      content(`A long text about toner. ${'More words. '.repeat(50)}`),
    );
    const found = foundIn(await search(server, world.user, searchBody(connection, 'toner')));
    expect(idsIn(found)).toEqual(['title', 'text']);
  });

  it('search 7: count the values of text, and of each value of a collection', async () => {
    expect(await buckets('priority', { sortBy: 'count', isDescending: true })).toEqual([
      { key: 'high', count: 2, aggregationFilterToken: '"ǂǂ68696768"' },
      { key: 'low', count: 1, aggregationFilterToken: '"ǂǂ6c6f77"' },
    ]);
    expect((await buckets('tags', { sortBy: 'keyAsString' })).map(({ key, count }) => [key, count])).toEqual([
      ['blue', 1],
      ['green', 1],
      ['red', 2],
    ]);
  });

  it('search 7: count the values of numbers', async () => {
    expect((await buckets('age', { sortBy: 'keyAsNumber' })).map(({ key }) => key)).toEqual([
      '50',
      '100',
      '150',
      '1000',
    ]);
    expect((await buckets('cost', { sortBy: 'keyAsNumber' })).map(({ key }) => key)).toEqual(['1.5', '2.5']);
  });

  it('search 7: count ranges of numbers: lower ends belong to them, upper ends do not', async () => {
    const ranges = [{ to: '100' }, { from: '100', to: '1000' }, { from: '1000' }];
    expect(await buckets('age', { sortBy: 'keyAsNumber', ranges })).toEqual([
      { key: 'Less than 100', count: 1, aggregationFilterToken: 'range(min, 100)' },
      { key: '100 up to 1000', count: 2, aggregationFilterToken: 'range(100, 1000)' },
      { key: '1000 and up', count: 1, aggregationFilterToken: 'range(1000, max, to="le")' },
    ]);
  });

  it('search 7: count ranges of dates', async () => {
    const ranges = [{ to: '2026-02-01' }, { from: '2026-02-01', to: '2026-03-01' }, { from: '2026-03-01' }];
    expect(
      (await buckets('due', { sortBy: 'keyAsNumber', ranges })).map(({ key, count }) => [key, count]),
    ).toEqual([
      ['Before 2026-02-01', 1],
      ['From 2026-02-01 up to 2026-03-01', 1],
      ['2026-03-01 or later', 1],
    ]);
  });

  it('search 7: leave out buckets by minimumCount, prefixFilter and size', async () => {
    const keys = async (...asked: Parameters<typeof buckets>): Promise<string[]> =>
      (await buckets(...asked)).map(({ key }) => key);
    expect(await keys('tags', { sortBy: 'count', minimumCount: 2 })).toEqual(['red']);
    expect(await keys('tags', { sortBy: 'keyAsString', prefixFilter: 're' })).toEqual(['red']);
    expect(await keys('tags', { sortBy: 'keyAsString' }, 2)).toEqual(['blue', 'green']);
  });

  it('search 7: count what the query finds, not only the page', async () => {
    const aggregations = [{ field: 'priority', bucketDefinition: { sortBy: 'count', isDescending: true } }];
    const answer = await ask({ size: 1, aggregations }, 'age<=100');
    expect(bucketsOf(answer).map(({ key, count }) => [key, count])).toEqual([['high', 2]]);
  });

  it('search 7: answer several aggregations in their order', async () => {
    const aggregations = ['tags', 'priority'].map((field) => ({
      field,
      bucketDefinition: { sortBy: 'count' },
    }));
    const { response } = foundIn(await ask({ aggregations }));
    expect(response.hitsContainers[0].aggregations.map(({ field }: { field: string }) => field)).toEqual([
      'tags',
      'priority',
    ]);
  });

  it('search 7: narrow the hits by the token of each bucket to as many as the bucket counted', async () => {
    const fields: [string, Record<string, unknown>][] = [
      ['priority', {}],
      ['tags', {}],
      ['age', {}],
      ['cost', {}],
      ['age', { ranges: [{ to: '100' }, { from: '100', to: '1000' }, { from: '1000' }] }],
      [
        'due',
        { ranges: [{ to: '2026-02-10' }, { from: '2026-02-10', to: '2026-03-10' }, { from: '2026-03-10' }] },
      ],
    ];
    for (const [field, definition] of fields)
      for (const { key, count, aggregationFilterToken } of await buckets(field, {
        sortBy: 'count',
        ...definition,
      })) {
        const found = foundIn(await ask({ aggregationFilters: [`${field}:${aggregationFilterToken}`] }));
        expect({ field, key, total: found.total }).toEqual({ field, key, total: count });
      }
  });

  it('search 7: take several tokens by or(…), ranges, and several filters, all of which hold', async () => {
    const filtered = async (...aggregationFilters: string[]): Promise<string[]> =>
      (await ids({ aggregationFilters })).toSorted();
    expect(await filtered('priority:or("ǂǂ68696768","ǂǂ6c6f77")')).toEqual(['A', 'B', 'C']);
    expect(await filtered(String.raw`priority:"\"ǂǂ68696768\""`)).toEqual(['A', 'B']);
    expect(await filtered('age:range(100, max, to="le")')).toEqual(['B', 'C', 'D']);
    expect(await filtered('age:range(min, max)')).toEqual(['A', 'B', 'C', 'D']);
    expect(await filtered('priority:"ǂǂ68696768"', 'age:range(100, 1000)')).toEqual(['B']);
    expect(await filtered('tags:and("ǂǂ726564","ǂǂ626c7565")')).toEqual(['A']);
    expect(await filtered('priority:"ǂǂ6e6f6e65"')).toEqual([]);
    expect(await filtered('team:"ǂǂ78"')).toEqual([]);
  });

  it('search 7: find nothing by and(…) and or(…) over several properties, as was observed', async () => {
    const aggregationFilters = ['and(priority:"ǂǂ68696768",tags:"ǂǂ726564")'];
    expect(await ids({ aggregationFilters })).toEqual([]);
    const queryTemplate = '({searchTerms}) AND priority:high AND tags:red';
    expect((await ids({ query: { queryString: '*', queryTemplate } })).toSorted()).toEqual(['A', 'B']);
  });

  it('search 2: collapse hits of the same value, and say so of the one that stays', async () => {
    const collapse = (collapseProperties: object[], rest = {}): Promise<Answer> =>
      ask({ sortProperties: [{ name: 'age' }], collapseProperties, ...rest });
    const found = foundIn(await collapse([{ fields: ['priority'], limit: 1 }]));
    expect(found.hits.map((hit, index) => [idsIn(found)[index], hit.isCollapsed])).toEqual([
      ['A', true],
      ['C', false],
      ['D', false],
    ]);
    expect(found.moreResultsAvailable).toBe(false);
    expect(idsIn(foundIn(await collapse([{ fields: ['priority'], limit: 2 }])))).toEqual([
      'A',
      'B',
      'C',
      'D',
    ]);
    expect(foundIn(await ask({})).hits[0]).not.toHaveProperty('isCollapsed');
  });

  it('search 7: take a property that one of the connections has, and count there', async () => {
    const plain = await readyConnection(server, {
      schema: validSchema(property({ name: 'title', isSearchable: true }), property({ name: 'priority' })),
      ...world.owner,
    });
    await putTicket(server, world, plain, 'P', { title: 'Plain' });
    const aggregations = [{ field: 'priority', bucketDefinition: { sortBy: 'count' } }];
    const body = searchBody([plain, tickets], '*', { aggregations });
    const answer = await search(server, world.user, body);
    expect(foundIn(answer).total).toBe(5);
    expect(bucketsOf(answer).map(({ key, count }) => [key, count])).toEqual([
      ['low', 1],
      ['high', 2],
    ]);
    const aggregationFilters = ['priority:"ǂǂ68696768"'];
    const filtered = await search(
      server,
      world.user,
      searchBody([plain, tickets], '*', { aggregationFilters }),
    );
    expect(idsIn(foundIn(filtered)).toSorted()).toEqual(['A', 'B']);
  });
});
