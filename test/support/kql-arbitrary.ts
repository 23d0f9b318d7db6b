import fc from 'fast-check';
import type { PropertyType } from '../../src/schema/enums.js';
import type { EvaluatedItem } from './kql-evaluator.js';
import { isSearchableType, isTextual, TYPES, type WholeProperty } from './schema-arbitrary.js';

/** The clock of these queries: a Wednesday; values of items lie around it. */
export const NOW = new Date('2026-01-14T12:00:00.000Z');

/** Few, and alike, so that random queries find random items. */
const WORDS =
  'cat Cats dog DOG fox Café cafe e-mail mail Straße a C# 2026 漢字 字 漢 字漢字 カード naïve AND or'.split(
    ' ',
  );
const INTEGERS = [-10n, -1n, 0n, 1n, 5n, 10n, 9_007_199_254_740_993n, 2n ** 63n - 1n, -(2n ** 63n)];
const DOUBLES = [-10.5, -1, 0, 0.5, 1, 5.25, 10, 1e21];
const DATES = [
  '2024-12-31 2025-01-01 2025-12-31T23:59:59.9999999Z 2026-01-01 2026-01-11T00:00:00Z 2026-01-12',
  '2026-01-13T12:00:00+14:00 2026-01-14T00:00:00 2026-01-14T12:00:00.1234567Z 2026-01-14T23:59:59Z 2026-01-15',
  '2026-01-31T23:30:00-01:00 2026-02-01T00:00:00Z 9999-12-31',
].flatMap((line) => line.split(' '));
const NAMED_TIMES = [
  'today',
  'yesterday',
  'this week',
  'This Month',
  'last month',
  'this year',
  'last year',
  'last week',
];

const word = fc.constantFrom(...WORDS);
const sentence = fc
  .array(word, { minLength: 1, maxLength: 6 })
  .chain((words) => fc.constantFrom(' ', ', ', '. ').map((between) => words.join(between)));
const text = fc.oneof(
  { weight: 5, arbitrary: sentence },
  { weight: 1, arbitrary: fc.constantFrom('', '&', 'C++') },
);

const NAMES = ['alpha', 'Beta', 'gamma', 'Delta7', 'epsilon', 'ZETA', 'eta', 'theta'];
const LABELS_BY_TYPE: readonly [label: string, fits: (type: string) => boolean][] = [
  ['title', (type) => type === 'string'],
  ['lastModifiedDateTime', (type) => type === 'dateTime'],
  ['tags', (type) => type === 'stringCollection'],
  ['priority', () => true],
];

/** Schemas of a few properties of any type, most of them queryable. */
export const kqlSchemas = (types: readonly string[] = TYPES): fc.Arbitrary<WholeProperty[]> =>
  fc
    .array(
      fc.record({
        type: fc.constantFrom(...types),
        use: fc.constantFrom('none', 'search', 'search', 'refine', 'exact'),
        isQueryable: fc.integer({ min: 0, max: 9 }).map((dice) => dice > 0),
        isRetrievable: fc.boolean(),
        hasAlias: fc.boolean(),
        hasLabel: fc.boolean(),
      }),
      { minLength: 1, maxLength: NAMES.length },
    )
    .map((wishes) => {
      const labels = [...LABELS_BY_TYPE];
      return wishes.map(({ type, use, hasAlias, hasLabel, ...flags }, index) => {
        const place = hasLabel ? labels.findIndex(([, fits]) => fits(type)) : -1;
        const given = place === -1 ? [] : labels.splice(place, 1).map(([label]) => label);
        return {
          name: NAMES[index]!,
          type,
          aliases: hasAlias ? [`${NAMES[index]!}Too`] : [],
          labels: given,
          isSearchable: use === 'search' && isSearchableType(type),
          isQueryable: flags.isQueryable,
          isRetrievable: flags.isRetrievable || given.length > 0,
          isRefinable: use === 'refine' && type !== 'boolean',
          isExactMatchRequired: use === 'exact' && isTextual(type),
        };
      });
    });

const VALUES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: text,
  int64: fc.constantFrom(...INTEGERS),
  double: fc.constantFrom(...DOUBLES),
  dateTime: fc.constantFrom(...DATES),
  boolean: fc.boolean(),
  principal: fc.record({ externalName: text, upn: word }, { requiredKeys: [] }),
};

function valueOf(type: string): fc.Arbitrary<unknown> {
  const single = type.replace(/Collection$/, '');
  return single === type ? VALUES[type]! : fc.array(VALUES[single]!, { maxLength: 3 });
}

/** Items of a schema, as they are stored: integers are bigint, and collections have no annotation. */
export const kqlItems = (schema: readonly WholeProperty[]): fc.Arbitrary<EvaluatedItem> =>
  fc.record({
    properties: fc.record(Object.fromEntries(schema.map(({ name, type }) => [name, valueOf(type)])), {
      requiredKeys: [],
    }),
    content: fc.option(
      fc.oneof(
        text.map((value) => ({ type: 'text', value })),
        sentence.map((value) => ({ type: 'html', value: `<p>${value}</p><p>${value}<b>s</b></p>` })),
      ),
      { nil: undefined },
    ),
  });

const quoted = (inside: string): string => `"${inside}"`;
const term = fc.oneof(
  { weight: 6, arbitrary: word.filter((one) => one !== 'AND') },
  { weight: 2, arbitrary: sentence.map(quoted) },
  { weight: 2, arbitrary: word.map((one) => `${one.slice(0, 2).replace('AN', 'a')}*`) },
  { weight: 1, arbitrary: sentence.map((inside) => quoted(`${inside.slice(0, -1)}*`)) },
  { weight: 1, arbitrary: fc.constantFrom('*', '""', '&', '*at', 'd*g', '“cat”') },
);

const IS_ORDERED: ReadonlySet<string> = new Set<PropertyType>(['int64', 'double', 'dateTime']);
const OPERATORS = [':', '=', '<>', '<', '<=', '>', '>='];
const OF_TEXT = [':', ':', '=', '<>', '>'];

const writtenValue = (type: string): fc.Arbitrary<string> => {
  const wrong = fc.constantFrom(
    'high',
    '5*',
    '1e3',
    '2026-13-01',
    '1..',
    '*',
    '"*"',
    '""',
    '.5',
    '9'.repeat(30),
    '-1.5',
  );
  const right: Readonly<Record<string, fc.Arbitrary<string>>> = {
    int64: fc.constantFrom(...INTEGERS).map(String),
    double: fc
      .constantFrom(...DOUBLES)
      .map((value) => (value === 1e21 ? '1000000000000000000000' : String(value))),
    dateTime: fc.oneof(fc.constantFrom(...DATES), fc.constantFrom(...NAMED_TIMES).map(quoted)),
    boolean: fc.constantFrom('true', 'FALSE', '1', '0'),
  };
  return fc.oneof(
    { weight: 8, arbitrary: right[type] ?? fc.oneof(term, sentence.map(quoted)) },
    { weight: 1, arbitrary: wrong },
  );
};

function restriction(schema: readonly WholeProperty[]): fc.Arbitrary<string> {
  const known = schema.map(({ name, aliases, labels, type }) =>
    fc
      .record({
        name: fc.constantFrom(
          name,
          name,
          name.toUpperCase(),
          ...aliases,
          ...labels.map((label) => `Label_${label}`),
        ),
        single: fc.constant(type.replace(/Collection$/, '')),
      })
      .chain(({ name: written, single }) => {
        const value = writtenValue(single);
        const simple = fc
          .tuple(fc.constantFrom(...(IS_ORDERED.has(single) ? OPERATORS : OF_TEXT)), value)
          .map(([operator, right]) => written + operator + right);
        const range = fc
          .tuple(fc.constantFrom(':', '='), value, value)
          .map(([operator, from, to]) => `${written}${operator}${from}..${to}`);
        const group = fc
          .tuple(term, fc.constantFrom(' ', ' OR ', ' NOT '), term)
          .map(([left, between, right]) => `${written}:(${left}${between}${right})`);
        return fc.oneof(
          { weight: 5, arbitrary: simple },
          { weight: IS_ORDERED.has(single) ? 3 : 1, arbitrary: range },
          { weight: 1, arbitrary: group },
        );
      }),
  );
  return fc.oneof(
    { weight: 9, arbitrary: fc.oneof(...known) },
    { weight: 1, arbitrary: word.map((one) => `nobody:${one}`) },
  );
}

/** Two words or phrases near each other. */
export const nearQueries: fc.Arbitrary<string> = fc
  .tuple(term, fc.constantFrom(' NEAR ', ' NEAR(0) ', ' NEAR(n=2) ', ' ONEAR(1) ', ' ONEAR '), term)
  .filter(([left, , right]) => !/^"?\*"?$/.test(left) && !/^"?\*"?$/.test(right))
  .map((parts) => parts.join(''));
const call = fc
  .tuple(fc.constantFrom('ALL', 'ANY', 'NONE'), fc.array(term, { minLength: 1, maxLength: 3 }))
  .map(([name, terms]) => `${name}(${terms.join(' ')})`);

/** Valid queries of a schema: their operators, nested some levels deep; NEAR and ONEAR are left out if asked for. */
export function kqlQueries(
  schema: readonly WholeProperty[],
  { depth = 3, withNear = true } = {},
): fc.Arbitrary<string> {
  const { query } = fc.letrec<{ query: string; operand: string }>((tie) => ({
    query: fc.oneof(
      { maxDepth: depth, depthIdentifier: 'kql' },
      { weight: 2, arbitrary: tie('operand') },
      {
        weight: 3,
        arbitrary: fc
          .array(
            fc.tuple(
              fc.constantFrom('', '', '', 'NOT ', '-', '+'),
              tie('operand'),
              fc.constantFrom(' ', ' ', ' AND ', ' OR '),
            ),
            { minLength: 2, maxLength: 4 },
          )
          .map((parts) =>
            parts
              .map(
                ([sign, operand, after], index) => sign + operand + (index === parts.length - 1 ? '' : after),
              )
              .join(''),
          ),
      },
    ),
    operand: fc.oneof(
      { maxDepth: depth, depthIdentifier: 'kql' },
      { weight: 4, arbitrary: term },
      { weight: 5, arbitrary: restriction(schema) },
      { weight: 2, arbitrary: tie('query').map((inside) => `(${inside})`) },
      { weight: withNear ? 1 : 0, arbitrary: nearQueries.map((inside) => `(${inside})`) },
      { weight: 1, arbitrary: call },
    ),
  }));
  return query;
}

const HOSTILE = [
  '" "" ( ) * : = <> <= .. - + \' \'\' ; \\ \0 { } ^ ! & | <-> <2> -- /* $1 ? % “ ” 漢 é \ud800 \u202e \n \t ://',
  'acl acl:everyone content: p1 rowid item_id connection_key rank nobody: WORDS( ALL( AND OR NOT NEAR',
].flatMap((line) => line.split(' '));
const HOSTILE_WITH_BLANKS = [
  ' ',
  ' AND ',
  ' OR ',
  ' NOT ',
  ' NEAR(',
  ' ONEAR ',
  'XRANK(cb=1) ',
  ' UNION SELECT ',
  '; DROP TABLE ',
];

/** Strings of what means something to KQL, to FTS5, to tsquery and to SQL: at most 200 characters. */
export const hostileQueries: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(...HOSTILE, ...HOSTILE_WITH_BLANKS),
      fc.string({ unit: 'binary', maxLength: 4 }),
      word,
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join('').slice(0, 200));

/** One entry of an access control list, of a few users and groups. */
export interface ArbitraryAclEntry {
  readonly type: string;
  readonly value: string;
  readonly accessType: 'grant' | 'deny';
}

/** Access control lists of items that anyone of `users`, `groups` and `externalGroups` may be in. */
export const acls = (
  users: readonly string[],
  groups: readonly string[],
  externalGroups: readonly string[],
  tenantId: string,
): fc.Arbitrary<ArbitraryAclEntry[]> => {
  const whom = fc.oneof(
    fc.constantFrom(...users).map((value) => ({ type: 'user', value })),
    fc.constantFrom(...groups).map((value) => ({ type: 'group', value })),
    fc.constantFrom(...externalGroups).map((value) => ({ type: 'externalGroup', value })),
    fc.constantFrom('everyone', 'everyoneExceptGuests').map((type) => ({ type, value: tenantId })),
  );
  const access = fc.constantFrom<('grant' | 'deny')[]>('grant', 'grant', 'grant', 'deny');
  return fc.array(
    fc.tuple(whom, access).map(([who, accessType]) => ({ ...who, accessType })),
    { minLength: 1, maxLength: 4 },
  );
};
