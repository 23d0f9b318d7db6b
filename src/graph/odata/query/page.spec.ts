import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphError } from '../../errors/graph-error.js';
import { parseQueryOptions } from './options.js';
import { bytesOf, type Page, readPage } from './page.js';
import { decodeSkipToken, encodeSkipToken } from './keyset.js';
import { ALL_OPTIONS, READING, STATES, type Thing, THING, thing, Things } from './things.fixture.js';

let things: Things;
beforeAll(async () => void (things = await Things.open()));
afterAll(() => things.close());

const options = (search: string) => parseQueryOptions(search, 'v1.0', ALL_OPTIONS, THING);

const page = (search: string, largest = 100): Promise<Page<Omit<Thing, 'tags'>>> =>
  readPage(things.query(), options(search), THING, largest, READING);

const ids = ({ rows }: { rows: readonly { id: string }[] }): string[] => rows.map(({ id }) => id);

const FIVE = ['a', 'b', 'c', 'd', 'e'].map((id, index) =>
  thing(id, {
    name: `Name ${id}`,
    size: index % 2 === 0 ? index : null,
    description: id === 'e' ? 'xÄ_Z' : null,
  }),
);

describe('a page', () => {
  beforeAll(() => things.store(FIVE));

  it('is ordered by the key when nothing is said, and says whether more follow', async () => {
    expect(await page('')).toEqual({ rows: expect.arrayContaining([]), count: undefined });
    expect(ids(await page(''))).toEqual(['a', 'b', 'c', 'd', 'e']);
    const { skipToken } = await page('$top=2');
    expect(ids(await page(`$top=2&$skiptoken=${skipToken}`))).toEqual(['c', 'd']);
    expect((await page('$top=5')).skipToken).toBeUndefined();
  });

  it('has the largest size at most', async () => {
    const first = await page('$top=50', 3);
    expect(ids(first)).toEqual(['a', 'b', 'c']);
    expect(first.skipToken).toBeDefined();
    expect(await page('$top=0&$count=true')).toEqual({ rows: [], count: 5 });
  });

  it('skips, and counts what the filter finds on all pages', async () => {
    const found = await page('$filter=size ne null&$skip=1&$top=1&$count=true');
    expect(ids(found)).toEqual(['c']);
    expect(found.count).toBe(3);
    const next = await page(`$filter=size ne null&$top=1&$count=true&$skiptoken=${found.skipToken}`);
    expect([ids(next), next.count, next.skipToken]).toEqual([['e'], 3, undefined]);
  });

  it('puts null below every value', async () => {
    expect(ids(await page('$orderby=size'))).toEqual(['b', 'd', 'a', 'c', 'e']);
    expect(ids(await page('$orderby=size desc'))).toEqual(['e', 'c', 'a', 'b', 'd']);
  });

  it.each([
    ['name', ['a', 'b', 'c', 'd', 'e']],
    ['"NAME C"', ['c']],
    ['name XÄ_z', ['e']],
    ['_', ['e']],
    ['%25', []],
    ['nothing', []],
  ])('$search=%s', async (search, expected) => {
    expect(ids(await page(`$search=${search}`))).toEqual(expected);
  });
});

const forged = (...parts: unknown[]): string => Buffer.from(JSON.stringify(parts)).toString('base64url');

describe('a page that ends by its bytes', () => {
  beforeAll(() => things.store(FIVE));

  it('leads on to the rows that one which came while it was read has moved out of it', async () => {
    const read = (search: string, meanwhile: () => Promise<void>) =>
      readPage(
        things.query(),
        options(search),
        THING,
        100,
        {
          ...READING,
          rowsOf: async (query) => {
            await meanwhile();
            return query.getMany();
          },
        },
        bytesOf('thing', ['name']),
      );
    const first = await read('', () => things.add([thing('a0', { name: 'Between' })]));
    const seen = ids(first);
    for (let token = first.skipToken; token !== undefined;) {
      const next = await read(`$skiptoken=${token}`, () => Promise.resolve());
      seen.push(...ids(next));
      token = next.skipToken;
    }
    expect(seen).toEqual(['a', 'a0', 'b', 'c', 'd', 'e']);
  });
});

describe('a $skiptoken', () => {
  const keys = options('$orderby=size desc,state').orderBy;
  const values = [null, 'draft', 'k'];
  const token = encodeSkipToken(keys, values);

  it('gives back what it was made of', () => {
    expect(decodeSkipToken(token, keys)).toEqual(values);
    expect(token).toMatch(/^[\w-]+$/);
  });

  it.each([
    ['x', keys],
    ['', keys],
    [`${token}=`, keys],
    [`${token}A`, keys],
    [token.slice(0, -2), keys],
    [`${token.slice(0, 5)}${token[5] === 'A' ? 'B' : 'A'}${token.slice(6)}`, keys],
    // Of another order.
    [token, options('$orderby=size,state').orderBy],
    [token, options('').orderBy],
    // With values that the columns cannot have.
    [encodeSkipToken(keys, ['1', 'draft', 'k']), keys],
    [encodeSkipToken(keys, [2 ** 31, 'draft', 'k']), keys],
    [encodeSkipToken(keys, [1.5, 'draft', 'k']), keys],
    [encodeSkipToken(keys, [true, 'draft', 'k']), keys],
    [encodeSkipToken(keys, [1, 'dr\0aft', 'k']), keys],
    [encodeSkipToken(keys, [1, 'draft', null]), keys],
    [encodeSkipToken(keys, [1, 'draft']), keys],
    [encodeSkipToken(keys, [1, 'draft', 'k', 'l']), keys],
    [forged(2, 'x', 1, 'draft', 'k'), keys],
    [forged(1, 'x', 1, 'draft', 'k'), keys],
    [forged(1, 'x', 1, 'draft', { length: 1 }), keys],
    [Buffer.from('[1,"x",1,"\\ud800","k"]').toString('base64url'), keys],
    [Buffer.from('{}').toString('base64url'), keys],
    [Buffer.from('['.repeat(50_000)).toString('base64url'), keys],
  ])('%s is refused', (broken, order) => {
    expect(() => decodeSkipToken(broken, order)).toThrow(GraphError);
    expect(() => decodeSkipToken(broken, order)).toThrow(/The \$skiptoken query option is not valid/);
  });

  it('is refused by the options as well', () => {
    expect(() => options(`$orderby=name&$skiptoken=${token}`)).toThrow(
      /The \$skiptoken query option is not valid/,
    );
  });

  it('is never taken when it was made by chance', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json()), (text) => {
        for (const broken of [text, Buffer.from(text).toString('base64url')])
          expect(() => decodeSkipToken(broken, keys)).toThrow(GraphError);
      }),
    );
  });
});

const text = fc.string({ unit: fc.constantFrom('a', 'A', 'b', '\uFFFD', '😀', "'", ':'), maxLength: 2 });
const someThings = fc
  .uniqueArray(
    fc.record({
      id: fc.string({ unit: fc.constantFrom('a', 'b', 'C'), minLength: 1, maxLength: 3 }),
      name: text,
      description: fc.option(text, { freq: 2 }),
      state: fc.option(fc.constantFrom(...STATES), { freq: 2 }),
      size: fc.option(fc.integer({ min: -1, max: 1 }), { freq: 2 }),
      active: fc.option(fc.boolean(), { freq: 2 }),
    }),
    { selector: ({ id }) => id.toLowerCase(), maxLength: 14 },
  )
  .map((all): Thing[] => all.map((one) => ({ ...one, key: one.id.toLowerCase(), tags: [] })));

const order = fc.array(
  fc.record({
    property: fc.constantFrom('id', 'name', 'description', 'state', 'size', 'active'),
    direction: fc.constantFrom('', ' asc', ' desc'),
  }),
  { minLength: 1, maxLength: 4 },
);
type Order = { property: 'id' | 'name' | 'description' | 'state' | 'size' | 'active'; direction: string }[];

const searchOf = (by: Order): string =>
  `$orderby=${by.map(({ property, direction }) => property + direction).join(',')}`;

const lower = (a: unknown, b: unknown): number => {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b as string));
  return Number(a) - Number(b);
};

/** What the order means, said without a database. */
const sorted = (all: readonly Thing[], by: Order): Thing[] =>
  all.toSorted((a, b) => {
    for (const { property, direction } of by) {
      const column = property === 'id' ? 'key' : property;
      const sign = lower(a[column], b[column]);
      if (sign !== 0) return direction === ' desc' ? -sign : sign;
    }
    return lower(a.key, b.key);
  });

const runs = { numRuns: 300 };

it('any order is the order that OData says', async () => {
  await fc.assert(
    fc.asyncProperty(someThings, order, async (all, by) => {
      await things.store(all);
      expect(ids(await page(searchOf(by)))).toEqual(ids({ rows: sorted(all, by) }));
    }),
    runs,
  );
});

it('pages together are the whole list, in order and once', async () => {
  await fc.assert(
    fc.asyncProperty(someThings, order, fc.integer({ min: 1, max: 5 }), async (all, by, top) => {
      await things.store(all);
      const seen: string[] = [];
      for (let token: string | undefined = '', pages = 0; token !== undefined; pages++) {
        const search = `${searchOf(by)}&$top=${top}${token === '' ? '' : `&$skiptoken=${token}`}`;
        const { rows, skipToken } = await page(search);
        seen.push(...ids({ rows }));
        token = skipToken;
        expect(pages).toBeLessThan(15);
      }
      expect(seen).toEqual(ids({ rows: sorted(all, by) }));
    }),
    runs,
  );
});

it('rows that come and go between pages take none of the others away and double none', async () => {
  const change = fc.record({ remove: fc.array(fc.nat(13), { maxLength: 3 }), add: fc.nat(2) });
  await fc.assert(
    fc.asyncProperty(
      someThings,
      order,
      fc.integer({ min: 1, max: 4 }),
      fc.array(change, { maxLength: 14 }),
      async (all, by, top, changes) => {
        // The last third comes later.
        const first = all.slice(0, Math.ceil((all.length * 2) / 3));
        const later = all.slice(first.length);
        await things.store(first);
        const throughout = new Set(first.map(({ key }) => key));
        const seen: string[] = [];
        for (let token: string | undefined = '', turn = 0; token !== undefined; turn++) {
          const { rows, skipToken } = await page(
            `${searchOf(by)}&$top=${top}${token === '' ? '' : `&$skiptoken=${token}`}`,
          );
          seen.push(...rows.map(({ key }) => key));
          token = skipToken;
          const { remove, add } = changes[turn] ?? { remove: [], add: 0 };
          const gone = remove.flatMap((index) => first[index]?.key ?? []);
          await things.remove(gone);
          for (const key of gone) throughout.delete(key);
          await things.add(later.splice(0, add));
          expect(turn).toBeLessThan(15);
        }
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.filter((key) => throughout.has(key))).toEqual(
          sorted(
            first.filter(({ key }) => throughout.has(key)),
            by,
          ).map(({ key }) => key),
        );
      },
    ),
    runs,
  );
});
