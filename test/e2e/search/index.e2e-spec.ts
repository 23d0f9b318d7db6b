import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Condition } from '../../../src/search/kql/condition.js';
import type { IndexAggregation, IndexQuery } from '../../../src/search/index/search-index.js';
import type { SchemaPropertyDto } from '../../../src/schema/schema.dto.js';
import { ticksOf } from '../../../src/search/ticks.js';
import { stringifyExactly } from '../../../src/graph/http/exact-json.js';
import { phraseOf } from '../../../src/search/words.js';
import { send } from '../../support/http.js';
import { deleteItem, patchItem, putItem } from '../../support/items.js';
import { readyConnection, validSchema } from '../../support/schemas.js';
import { connectionKeyOf, idsOf, searchFor, searchOf, text } from '../../support/search.js';
import { startServer, type TestServer } from '../../support/server.js';

const SCHEMA = [
  {
    name: 'title',
    type: 'string',
    labels: ['title'],
    isSearchable: true,
    isQueryable: true,
    isRetrievable: true,
  },
  {
    name: 'note',
    type: 'string',
    isSearchable: true,
    rankingHint: { importanceScore: 'low' },
    isRetrievable: true,
  },
  { name: 'hidden', type: 'string', isQueryable: true },
  { name: 'tags', type: 'stringCollection', isQueryable: true, isRefinable: true },
  { name: 'marks', type: 'stringCollection', isSearchable: true },
  { name: 'priority', type: 'int64', isQueryable: true, isRefinable: true },
  { name: 'weight', type: 'double', isQueryable: true, isRefinable: true },
  { name: 'closed', type: 'boolean', isQueryable: true },
  { name: 'due', type: 'dateTime', isQueryable: true, isRefinable: true },
] as unknown as SchemaPropertyDto[];

const EVERYONE = [{ type: 'everyone', value: 'everyone', accessType: 'grant' }];

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ SCHEMA_PROVISIONING_MS: '0' });
});
afterAll(() => server.close());

interface Item {
  readonly content?: string;
  readonly html?: string;
  readonly [property: string]: unknown;
}

const bodyOf = ({ content, html, ...properties }: Item): object => ({
  acl: EVERYONE,
  properties: {
    title: 'untitled',
    ...(properties.tags === undefined ? {} : { 'tags@odata.type': 'Collection(String)' }),
    ...(properties.marks === undefined ? {} : { 'marks@odata.type': 'Collection(String)' }),
    ...properties,
  },
  ...(content === undefined ? {} : { content: { type: 'text', value: content } }),
  ...(html === undefined ? {} : { content: { type: 'html', value: html } }),
});

/** A connection with these items, written one after the other. */
async function filled(items: Readonly<Record<string, Item>>) {
  const id = await readyConnection(server, {
    schema: validSchema(...(SCHEMA as unknown as Record<string, unknown>[])),
  });
  for (const [item, values] of Object.entries(items)) {
    const answer = await putItem(server, id, item, stringifyExactly(bodyOf(values)));
    expect(answer.status, answer.text).toBe(200);
  }
  const connectionKey = await connectionKeyOf(server, id);
  const find = (condition: Condition, rest: Partial<IndexQuery> = {}) =>
    searchFor(server, searchOf({ connectionKey, schema: SCHEMA, condition }, rest));
  return { id, connectionKey, find };
}

const found = async (answer: Promise<{ hits: readonly { itemId: string }[] }>): Promise<string[]> =>
  (await answer).hits.map(({ itemId }) => itemId).toSorted();

const phrase = (words: string) => phraseOf(words)!;

describe('the search index', () => {
  it('finds an item in the same second: as it was added, changed and deleted', async () => {
    const { id, find } = await filled({ a: { content: 'a printer on fire' } });
    expect(await found(find(text('printer')))).toEqual(['a']);
    await putItem(server, id, 'b', bodyOf({ content: 'another printer' }));
    expect(await found(find(text('printer')))).toEqual(['a', 'b']);
    await patchItem(server, id, 'a', { content: { type: 'text', value: 'a scanner' } });
    expect(await found(find(text('printer')))).toEqual(['b']);
    expect(await found(find(text('scanner')))).toEqual(['a']);
    await deleteItem(server, id, 'b');
    const { total, hits } = await find(text('printer'));
    expect({ total, hits }).toEqual({ total: 0, hits: [] });
  });

  it('looks for free text in the content and in searchable properties, without case and accents', async () => {
    const { find } = await filled({
      content: { content: 'Ein Gerät für Zoë' },
      title: { title: 'GERAT' },
      note: { note: 'gerät' },
      hidden: { hidden: 'Gerät' },
      html: { html: '<p>Ger&auml;t<script>geheim</script></p>' },
    });
    expect(await found(find(text('gerat')))).toEqual(['content', 'html', 'note', 'title']);
    expect(await found(find(text('geheim')))).toEqual([]);
  });

  it('finds words, phrases and beginnings, and no phrase over the border of two texts', async () => {
    const { find } = await filled({
      a: { content: 'advanced search', title: 'one two', note: 'three', tags: ['red green', 'blue'] },
      b: { content: 'search advanced', title: 'two one' },
    });
    expect(await found(find(text('advanced search')))).toEqual(['a']);
    expect(await found(find(text('advanced sea', true)))).toEqual(['a']);
    expect(await found(find(text('advanced sea')))).toEqual([]);
    expect(await found(find(text('two three')))).toEqual([]);
    const tags = (words: string): Condition => ({
      kind: 'contains',
      property: 'tags',
      phrase: phrase(words),
    });
    expect(await found(find(tags('red green')))).toEqual(['a']);
    expect(await found(find(tags('green blue')))).toEqual([]);
    expect(await found(find({ kind: 'contains', property: 'TITLE', phrase: phrase('two') }))).toEqual([
      'a',
      'b',
    ]);
  });

  it('finds any part of a run of ideographs', async () => {
    const { find } = await filled({ a: { content: '東京都庁舎' }, b: { title: '京都の紅葉' } });
    expect(await found(find(text('京都')))).toEqual(['a', 'b']);
    expect(await found(find(text('都庁')))).toEqual(['a']);
  });

  it('joins conditions by and, or and not', async () => {
    const { find } = await filled({
      a: { content: 'cat dog' },
      b: { content: 'cat' },
      c: { content: 'dog fox' },
    });
    const [cat, dog, fox] = [text('cat'), text('dog'), text('fox')];
    const not = (operand: Condition): Condition => ({ kind: 'not', operand });
    const and = (...operands: Condition[]): Condition => ({ kind: 'and', operands });
    const or = (...operands: Condition[]): Condition => ({ kind: 'or', operands });
    expect(await found(find(and(cat, dog)))).toEqual(['a']);
    expect(await found(find(or(cat, fox)))).toEqual(['a', 'b', 'c']);
    expect(await found(find(and(cat, not(dog))))).toEqual(['b']);
    expect(await found(find(not(dog)))).toEqual(['b']);
    expect(await found(find(or(not(cat), and(cat, dog))))).toEqual(['a', 'c']);
    expect(await found(find(and(not(cat), not(fox))))).toEqual([]);
    expect(await found(find(and(not(not(cat)), { kind: 'all' })))).toEqual(['a', 'b']);
    expect(await found(find(and(cat, { kind: 'none' })))).toEqual([]);
    expect(await found(find(or({ kind: 'none' }, { kind: 'all' })))).toEqual(['a', 'b', 'c']);
  });

  it('finds what is nested deeper than the parser of an engine reads', async () => {
    const { find } = await filled({ a: { content: 'cat dog' }, b: { content: 'cat' } });
    let condition: Condition = text('dog');
    for (let depth = 0; depth < 90; depth++)
      condition =
        depth % 2 === 0
          ? { kind: 'and', operands: [text('cat'), condition, { kind: 'not', operand: text('fox') }] }
          : { kind: 'or', operands: [text('fox'), condition] };
    expect(await found(find(condition))).toEqual(['a']);
    for (let depth = 0; depth < 90; depth++)
      condition = { kind: 'not', operand: { kind: 'and', operands: [condition, text('cat')] } };
    expect(await found(find(condition))).toEqual(['a']);
  });

  it('takes as many operands as a query may have', async () => {
    const { find } = await filled({ a: { content: 'w499' } });
    const operands = Array.from({ length: 500 }, (_, index) => text(`w${index}`));
    expect(await found(find({ kind: 'or', operands }))).toEqual(['a']);
    expect(await found(find({ kind: 'and', operands }))).toEqual([]);
  });

  it('finds words near each other, with so many others between', async () => {
    const { find } = await filled({ a: { content: 'one x y two' }, b: { title: 'two x one' } });
    const near = (distance: number): Condition => ({
      kind: 'near',
      phrases: [phrase('one'), phrase('two')],
      distance,
      ordered: false,
    });
    expect(await found(find(near(2)))).toEqual(['a', 'b']);
    expect(await found(find(near(1)))).toEqual(['b']);
    expect(await found(find(near(0)))).toEqual([]);
  });

  describe('with words near each other', () => {
    const near = (
      [left, right]: readonly [string, string],
      { distance = 200, ordered = false } = {},
    ): Condition => ({ kind: 'near', phrases: [phrase(left), phrase(right)], distance, ordered });
    const words = (count: number): string => 'x '.repeat(count);

    it('finds one order alone if asked for, in the content and in a property, and counts no other', async () => {
      const { find } = await filled({
        a: { content: 'one x two' },
        b: { content: 'two x one' },
        c: { title: 'one two' },
        d: { title: 'two one' },
        e: { content: 'two one x x x one x two' },
      });
      const inOrder = near(['one', 'two'], { ordered: true, distance: 1 });
      expect((await find(inOrder)).total).toBe(3);
      expect(await found(find(inOrder))).toEqual(['a', 'c', 'e']);
      expect(await found(find({ kind: 'not', operand: inOrder }))).toEqual(['b', 'd']);
      const both = { kind: 'and' as const, operands: [inOrder, text('x')] };
      expect(await found(find(both))).toEqual(['a', 'e']);
      const either = { kind: 'or' as const, operands: [inOrder, text('two one')] };
      expect(await found(find(either))).toEqual(['a', 'c', 'd', 'e']);
    });

    it('takes no word for two', async () => {
      const { find } = await filled({ a: { content: 'one two three' }, b: { content: 'one two two three' } });
      expect(await found(find(near(['one two', 'two three'])))).toEqual(['b']);
      expect(await found(find(near(['two', 'two'])))).toEqual(['b']);
    });

    it('does not go from one element of a collection to another, nor from one property to another', async () => {
      const { find } = await filled({
        a: { marks: ['one', 'two'] },
        b: { marks: ['x', 'one x two', 'x'] },
        c: { title: 'one', content: 'two' },
        d: { marks: ['one x', 'x', 'x two'] },
      });
      expect(await found(find(near(['one', 'two'])))).toEqual(['b']);
      expect(await found(find(near(['two', 'one'], { ordered: true })))).toEqual([]);
      expect(await found(find(near(['one', 'two'], { ordered: true, distance: 1 })))).toEqual(['b']);
    });

    it('knows up to 200 words between', async () => {
      const { find } = await filled({
        a: { content: `one ${words(200)} two` },
        b: { content: `one ${words(201)} two` },
      });
      expect(await found(find(near(['one', 'two'])))).toEqual(['a']);
      expect(await found(find(near(['one', 'two'], { ordered: true })))).toEqual(['a']);
    });
  });

  it('compares whole values, their beginnings, flags and presence', async () => {
    const long = 'x'.repeat(5_000);
    const { find } = await filled({
      a: { hidden: 'Contoso Ticket!', tags: ['Red', 'blue'], closed: true },
      b: { hidden: 'contoso', closed: false },
      c: { hidden: `${long}1` },
    });
    const equals = (property: string, value: string, prefix = false): Condition => ({
      kind: 'equals',
      property,
      text: value,
      prefix,
    });
    expect(await found(find(equals('hidden', 'contoso')))).toEqual(['b']);
    expect(await found(find(equals('hidden', 'contoso ticket!')))).toEqual(['a']);
    expect(await found(find(equals('hidden', 'contoso t', true)))).toEqual(['a']);
    expect(await found(find(equals('tags', 'red')))).toEqual(['a']);
    expect(await found(find(equals('hidden', `${long}1`)))).toEqual(['c']);
    expect(await found(find(equals('hidden', `${long}2`)))).toEqual([]);
    expect(await found(find({ kind: 'is', property: 'closed', value: false }))).toEqual(['b']);
    expect(await found(find({ kind: 'exists', property: 'tags' }))).toEqual(['a']);
  });

  it('compares numbers and dates, exactly', async () => {
    const { find } = await filled({
      a: { priority: 1, weight: 0.5, due: '2026-11-24' },
      b: { priority: 5, weight: 2, due: '2026-11-24T23:59:59.9999999Z' },
      c: { priority: 9007199254740993n, weight: -1e300, due: '2026-11-25T00:00:00+02:00' },
      d: {},
    });
    const between = (property: string, from?: number | bigint, to?: number | bigint): Condition => ({
      kind: 'between',
      property,
      ...(from === undefined ? {} : { from: { value: from, inclusive: true } }),
      ...(to === undefined ? {} : { to: { value: to, inclusive: false } }),
    });
    expect(await found(find(between('priority', 1n, 5n)))).toEqual(['a']);
    expect(await found(find(between('priority', 5n)))).toEqual(['b', 'c']);
    expect(await found(find(between('priority', 9007199254740993n)))).toEqual(['c']);
    expect(await found(find(between('priority', 9007199254740994n)))).toEqual([]);
    expect(await found(find(between('weight', undefined, 2)))).toEqual(['a', 'c']);
    const day = ticksOf('2026-11-24')!;
    expect(await found(find(between('due', day, ticksOf('2026-11-25'))))).toEqual(['a', 'b', 'c']);
    expect(await found(find(between('due', day + 1n, ticksOf('2026-11-25'))))).toEqual(['b', 'c']);
    const either: Condition = { kind: 'or', operands: [between('priority', 5n, 6n), text('untitled')] };
    expect(await found(find(either))).toEqual(['a', 'b', 'c', 'd']);
    expect(await found(find({ kind: 'not', operand: between('priority', 5n, 6n) }))).toEqual(['a', 'c', 'd']);
  });

  it('ranks the title first, then hints, then what has the words more often, then the newest', async () => {
    const filler = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`filler${index}`, { content: `nothing ${index}` }]),
    );
    const { find } = await filled({
      title: { title: 'printer' },
      note: { note: 'printer' },
      often: { content: 'printer printer printer printer' },
      once: { content: 'printer and some more words of no use' },
      again: { content: 'printer and some more words of no use' },
      ...filler,
    });
    const answer = await find(text('printer'), { phrases: [phrase('printer')] });
    expect(idsOf(answer)).toEqual(['title', 'note', 'often', 'again', 'once']);
    const scores = answer.hits.map(({ score }) => score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
  });

  it('leads through pages without gap and repetition', async () => {
    const items = Object.fromEntries(
      Array.from({ length: 25 }, (_, index) => [
        `i${index}`,
        { content: index % 3 === 0 ? 'red red' : 'red' },
      ]),
    );
    const { find } = await filled(items);
    const ids: string[] = [];
    for (let from = 0; from < 30; from += 7) {
      const { total, hits } = await find(text('red'), { from, size: 7, phrases: [phrase('red')] });
      expect(total).toBe(25);
      ids.push(...hits.map(({ itemId }) => itemId));
    }
    expect(ids.toSorted()).toEqual(Object.keys(items).toSorted());
    expect((await find(text('red'), { size: 0 })).hits).toEqual([]);
  });

  it('sorts by properties, items without a value last', async () => {
    const { find } = await filled({
      a: { priority: 2, due: '2026-01-01T00:00:00+02:00', hidden: 'b' },
      b: { priority: 10, due: '2025-12-31T23:00:00Z', hidden: 'a' },
      c: {},
      d: { priority: 2, due: '2026-01-02', hidden: 'B' },
    });
    const by = (...sort: [string, boolean][]) =>
      find({ kind: 'all' }, { sort: sort.map(([property, descending]) => ({ property, descending })) });
    expect(idsOf(await by(['priority', false]))).toEqual(['d', 'a', 'b', 'c']);
    expect(idsOf(await by(['priority', true]))).toEqual(['b', 'd', 'a', 'c']);
    expect(idsOf(await by(['due', false]))).toEqual(['a', 'b', 'd', 'c']);
    expect(idsOf(await by(['priority', false], ['due', false]))).toEqual(['a', 'd', 'b', 'c']);
    expect(idsOf(await by(['hidden', false]))).toEqual(['d', 'b', 'a', 'c']);
  });

  it('counts values and ranges, each item once in a bucket', async () => {
    const { find } = await filled({
      a: { tags: ['red', 'blue', 'red'], priority: 1, due: '2026-01-01' },
      b: { tags: ['red'], priority: 1, due: '2026-02-01' },
      c: { tags: ['Red'], priority: 9007199254740993n, due: '2026-03-01' },
    });
    const count = async (aggregation: IndexAggregation) =>
      (await find({ kind: 'all' }, { aggregations: [aggregation] })).aggregations[0];
    expect(await count({ property: 'tags' })).toEqual([
      { key: 'red', count: 2 },
      { key: 'Red', count: 1 },
      { key: 'blue', count: 1 },
    ]);
    expect(await count({ property: 'priority' })).toEqual([
      { key: 1, count: 2 },
      { key: 9007199254740993n, count: 1 },
    ]);
    expect(
      await count({ property: 'priority', ranges: [{ to: 1n }, { from: 1n, to: 2n }, { from: 2n }] }),
    ).toEqual([
      { key: 0, count: 0 },
      { key: 1, count: 2 },
      { key: 2, count: 1 },
    ]);
    const february = ticksOf('2026-02-01')!;
    expect(await count({ property: 'due', ranges: [{ to: february }, { from: february }] })).toEqual([
      { key: 0, count: 1 },
      { key: 1, count: 2 },
    ]);
    expect(await count({ property: 'hidden' })).toEqual([]);
  });

  it('collapses matches of the same value, and says so of the one that stays', async () => {
    const { find } = await filled({
      a: { hidden: 'x', priority: 1 },
      b: { hidden: 'x', priority: 2 },
      c: { hidden: 'y', priority: 3 },
      d: { hidden: 'x', priority: 4 },
    });
    const { hits } = await find(
      { kind: 'all' },
      {
        sort: [{ property: 'priority', descending: false }],
        collapse: [{ properties: ['hidden'], limit: 1 }],
      },
    );
    expect(hits.map(({ itemId, collapsed }) => [itemId, collapsed])).toEqual([
      ['a', true],
      ['c', false],
    ]);
  });

  it('searches several connections at once, each by its own condition, and no other one', async () => {
    const one = await filled({ a: { content: 'red' } });
    const two = await filled({ b: { content: 'red' }, c: { content: 'blue' } });
    await filled({ d: { content: 'red blue' } });
    const scope = (connectionKey: string, condition: Condition) => ({
      connectionKey,
      schema: SCHEMA,
      condition,
      principals: ['everyone'],
    });
    const wanted = {
      ...searchOf({ connectionKey: one.connectionKey, schema: SCHEMA }),
      scopes: [scope(one.connectionKey, text('red')), scope(two.connectionKey, text('blue'))],
    };
    expect(await found(searchFor(server, wanted))).toEqual(['a', 'c']);
    expect((await searchFor(server, { ...wanted, scopes: [] })).total).toBe(0);
  });

  it('finds nothing for nobody, and nothing of a connection that is gone', async () => {
    const { id, connectionKey, find } = await filled({ a: { content: 'red' } });
    const nobody = searchOf({ connectionKey, schema: SCHEMA, principals: [] });
    expect((await searchFor(server, nobody)).total).toBe(0);
    expect((await find(text('red'))).total).toBe(1);
    await send(server, 'DELETE', `/beta/external/connections/${id}`);
    const again = await filled({ a: { content: 'blue' } });
    expect((await again.find(text('red'))).total).toBe(0);
  });

  it('takes any principal and any word for what it is', async () => {
    const { connectionKey, find } = await filled({ a: { content: 'red' } });
    const signs = ['"', "'", ')', '*', '\0', '+', '-', 'everyone" OR "x', ' ', '\ud800', '{scope} : x'];
    for (const sign of signs) {
      const wanted = searchOf({ connectionKey, schema: SCHEMA, principals: [sign] });
      expect((await searchFor(server, wanted)).total, sign).toBe(0);
      const words = { words: [sign, sign], prefix: true };
      expect((await find({ kind: 'text', phrase: words })).total, sign).toBe(0);
      expect((await find({ kind: 'equals', property: 'title', text: sign, prefix: false })).total, sign).toBe(
        0,
      );
    }
  });

  it('has nothing of an item whose write failed', async () => {
    const { id, find } = await filled({ a: { content: 'red' } });
    const refused = await putItem(server, id, 'b', { ...bodyOf({ content: 'red' }), acl: [] });
    expect(refused.status).toBe(400);
    const stale = await putItem(server, id, 'c', bodyOf({ content: 'red' }), {
      headers: { 'if-match': '"x"' },
    });
    expect(stale.status).toBeGreaterThanOrEqual(400);
    expect(await found(find(text('red')))).toEqual(['a']);
  });
});
