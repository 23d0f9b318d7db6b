import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { GraphError } from '../../../errors/graph-error.js';
import { callsDuring } from '../calls.fixture.js';
import { inWordsOf } from '../sql.js';
import { parseFilter } from './parse.js';
import { translateFilter } from './translate.js';
import { STATES, type Thing, THING, thing, Things } from '../things.fixture.js';

let things: Things;
beforeAll(async () => void (things = await Things.open()));
afterAll(() => things.close());

const fragment = (filter: string) => translateFilter(parseFilter(filter), filter, THING, 'beta');

async function found(filter: string): Promise<string[]> {
  const { sql, parameters } = fragment(filter);
  const query = things.query();
  query.where(inWordsOf(query.dataSource.options.type, sql), parameters);
  const rows = await query.orderBy('thing.key').getMany();
  return rows.map(({ id }) => id);
}

function refusal(filter: string): string {
  try {
    fragment(filter);
  } catch (error) {
    expect(error).toBeInstanceOf(GraphError);
    expect(error).toMatchObject({ status: 400, code: 'BadRequest', inner: undefined });
    return (error as GraphError).message.replace('The query specified in the URI is not valid. ', '');
  }
  throw new Error(`not refused: ${filter}`);
}

const PAIRED = [
  thing('Alpha', { name: "O'Neil 100%", description: 'an_x', state: 'draft', size: -1, active: true }),
  thing('beta', {
    name: 'onX',
    description: 'ONX',
    state: 'ready',
    size: 5,
    active: false,
    tags: ['t1', 't2'],
  }),
  thing('gamma', { name: 'other', size: 5, tags: ['t2'] }),
];

describe('$filter finds', () => {
  beforeEach(() => things.store(PAIRED));

  it.each<[string, string[]]>([
    ["name eq 'other'", ['gamma']],
    ["name eq 'OTHER'", []],
    ["name eq 'O''Neil 100%'", ['Alpha']],
    ["name eq ''", []],
    ["'other' eq name", ['gamma']],
    ["name EQ 'other'", ['gamma']],
    ["(name) eq ('other')", ['gamma']],
    // Ids are the same in any case.
    ["id eq 'ALPHA'", ['Alpha']],
    ["startswith(id,'AL')", ['Alpha']],
    ["id in ('Alpha','GAMMA')", ['Alpha', 'gamma']],
    // Null equals null alone, and differs from every value.
    ['description eq null', ['gamma']],
    ['null ne description', ['Alpha', 'beta']],
    ["description ne 'ONX'", ['Alpha', 'gamma']],
    ["not (description eq 'ONX')", ['Alpha', 'gamma']],
    ["not (description ne 'ONX')", ['beta']],
    ["description gt ''", ['Alpha', 'beta']],
    ["not (description gt '')", ['gamma']],
    ['size lt null', []],
    ['not (size ge null)', ['Alpha', 'beta', 'gamma']],
    ["description in ('ONX', null)", ['beta', 'gamma']],
    ["not (description in ('ONX', null))", ['Alpha']],
    ['description in (null)', ['gamma']],
    ["not contains(description,'x')", ['beta', 'gamma']],
    ["contains(description,'x') eq false", ['beta', 'gamma']],
    // Numbers, either way round.
    ['size eq -1', ['Alpha']],
    ['size gt -1', ['beta', 'gamma']],
    ['5 gt size', ['Alpha']],
    ['size ge -1 and size le 4', ['Alpha']],
    // Booleans.
    ['active', ['Alpha']],
    ['not active', ['beta', 'gamma']],
    ['active eq false', ['beta']],
    ['active ne true', ['beta', 'gamma']],
    ['active eq null', ['gamma']],
    ['true', ['Alpha', 'beta', 'gamma']],
    ['false or active', ['Alpha']],
    // Enumerations, in both forms and in any case.
    ["state eq 'draft'", ['Alpha']],
    ["state eq microsoft.graph.externalConnectors.thingState'ready'", ['beta']],
    ["state eq 'DRAFT'", ['Alpha']],
    ["state in ('draft','ready')", ['Alpha', 'beta']],
    ["state ne 'unknownFutureValue'", ['Alpha', 'beta', 'gamma']],
    // Text functions tell case apart and have no wildcards.
    ["contains(name,'nX')", ['beta']],
    ["contains(name,'nX') eq true", ['beta']],
    ["true ne contains(name,'nX')", ['Alpha', 'gamma']],
    ["contains(name,'nx')", []],
    ["contains(name,'%')", ['Alpha']],
    ["contains(description,'_')", ['Alpha']],
    ["contains(name,'!')", []],
    ["contains(name,'')", ['Alpha', 'beta', 'gamma']],
    ["StartsWith(name,'o')", ['beta', 'gamma']],
    ["endswith(name,'X')", ['beta']],
    ["contains(name,'nX') eq null", []],
    // not, then comparisons, then and, then or.
    ["size eq 5 or size eq -1 and state eq 'ready'", ['beta', 'gamma']],
    ["(size eq 5 or size eq -1) and state eq 'ready'", ['beta']],
    ["not startswith(name,'o') or state eq 'ready'", ['Alpha', 'beta']],
    ["not contains(name,'o') eq false", ['beta', 'gamma']],
    ['not not active', ['Alpha']],
    // Collections.
    ["settings/tags/any(t:t eq 't1')", ['beta']],
    ["settings/tags/any(t:t eq 't1' or t eq 't2')", ['beta', 'gamma']],
    ["settings/tags/any(t:not (t eq 't2'))", ['beta']],
    ["settings/tags/any(t:t eq 't2' and startswith(name,'on'))", ['beta']],
    ["not settings/tags/any(t:endswith(t,'2'))", ['Alpha']],
    ['settings/tags/any()', ['beta', 'gamma']],
    ["settings/tags/any(t:t in ('t1','t9'))", ['beta']],
  ])('%s', async (filter, ids) => {
    expect(await found(filter)).toEqual(ids);
  });
});

describe('$filter refuses', () => {
  it.each([
    [
      '',
      "Syntax error: a property, a function or a literal expected, the end of the expression found at position 0 in ''.",
    ],
    ['name', "A condition, which is true or false, is expected at position 0 in 'name'."],
    ['null', "A condition, which is true or false, is expected at position 0 in 'null'."],
    [
      "name eqq 'x'",
      "Syntax error: an operator or the end expected, 'eqq' found at position 5 in 'name eqq 'x''.",
    ],
    ["name eq 'x", "There is an unterminated string literal at position 8 in 'name eq 'x'."],
    [
      "(name eq 'x'",
      "Syntax error: ')' expected, the end of the expression found at position 12 in '(name eq 'x''.",
    ],
    [
      "name eq 'x')",
      "Syntax error: an operator or the end expected, ')' found at position 11 in 'name eq 'x')'.",
    ],
    ['name eq "x"', "Syntax error: unexpected character '\"' at position 8 in 'name eq \"x\"'."],
    ['name in ()', "Syntax error: a literal expected, ')' found at position 9 in 'name in ()'."],
    ['size has 1', "The operator 'has' is not supported, at position 5 in 'size has 1'."],
    [
      "tolower(name) eq 'x'",
      "The function 'tolower' is not supported (only contains, startswith, endswith are), at position 0 in 'tolower(name) eq 'x''.",
    ],
    [
      "settings/tags/all(t:t eq 'x')",
      "The operator 'all' is not supported (only 'any' is), at position 0 in 'settings/tags/all(t:t eq 'x')'.",
    ],
    ["state eq 'x'", /^The string 'x' is not a valid constant of the enumeration type 'thingState'/],
    ["state eq microsoft.graph.externalConnectors.other'draft'", /not a valid constant/],
    ["state gt 'draft'", /Found operand types 'thingState' and 'Edm.String' for operator kind 'GreaterThan'/],
    ['name eq 1', /Found operand types 'Edm.String' and 'Edm.Int32' for operator kind 'Equal' at position 8/],
    ["size eq '1'", /Found operand types 'Edm.Int32' and 'Edm.String'/],
    ["not name eq 'x'", /^A condition, which is true or false, is expected at position 4/],
    ['size eq 2147483648', /not a 32-bit integer/],
    ['size eq 1.5', /^Unsupported literal/],
    ['size eq 2026-01-01', /^Unsupported literal/],
    ['size eq 99999999999999999999', /^Unsupported literal/],
    ['name eq description', /^A comparison must be between a property or a condition and a literal/],
    ['1 eq 1', /^A comparison must be between/],
    ['active gt true', /operator kind 'GreaterThan'/],
    ["contains(name,'x') gt false", /operator kind 'GreaterThan'/],
    ["contains(name,'x') eq 'x'", /'Edm.Boolean' and 'Edm.String'/],
    ["contains(size,'x')", /^No function signature/],
    ['contains(name,null)', /^No function signature/],
    ["contains('x',name)", /takes a property and a string literal/],
    ['contains(name)', /^Syntax error: ',' expected/],
    ["secret eq 'x'", /^The property 'secret' cannot be used in the \$filter query option/],
    ['settings eq null', /complex type/],
    ["settings/tags eq 'x'", /is a collection/],
    ["name/any(t:t eq 'x')", /needs a collection/],
    ["settings/tags/any(t:t/x eq 'x')", /has no properties/],
    ['settings/tags/any(t:settings/tags/any(u:u eq t))', /inside another/],
    ["('a') in ('a')", /^Only a property may stand before 'in'/],
    [
      `contains(name,'${'x'.repeat(1_000)}') or startswith(name,'${'x'.repeat(25)}')`,
      /more than 20 text functions, or more than 1024 characters in their texts, the last of them at position 1021/,
    ],
    [Array.from({ length: 21 }, () => "endswith(name,'x')").join(' or '), /more than 20 text functions/],
    [`name eq '${'x'.repeat(100_000)}'`, /100000 characters at most/],
    [`id in (${Array.from({ length: 200 }, () => "'x'").join(',')})`, /more than 200 parts/],
    [
      Array.from({ length: 100 }, () => 'active').join(' or ') + ' or size eq 1 '.repeat(60),
      /more than 200 parts/,
    ],
    [`${'('.repeat(101)}active${')'.repeat(101)}`, /nested more than 100 levels/],
    [`${'not '.repeat(101)}active`, /nested more than 100 levels/],
  ])('%s', (filter, message) => {
    const reason = refusal(filter);
    if (typeof message === 'string') expect(reason).toBe(message);
    else expect(reason).toMatch(message);
  });

  it.each([
    ['nothing eq 1', 'nothing', 'thing'],
    ['settings/nothing eq 1', 'settings/nothing', 'thing'],
    ['__proto__ eq null', '__proto__', 'thing'],
    ['constructor eq null', 'constructor', 'thing'],
    ["t eq 'x' and settings/tags/any(t:t eq 'x')", 't', 'thing'],
  ])('a property that is not there: %s', (filter, name, type) => {
    expect(refusal(filter)).toBe(
      `Could not find a property named '${name}' on type 'microsoft.graph.externalConnectors.${type}'.`,
    );
  });

  it('a property of the other version', () => {
    expect(() => translateFilter(parseFilter("inBeta eq 'x'"), '', THING, 'v1.0')).toThrow(/Could not find/);
    expect(() => fragment("inBeta eq 'x'")).not.toThrow();
  });
});

it('the deepest and the longest expressions that are taken can be run', async () => {
  await things.store(PAIRED);
  expect(await found(`${'('.repeat(100)}active${')'.repeat(100)}`)).toEqual(['Alpha']);
  expect(await found(`${'not '.repeat(100)}active`)).toEqual(['Alpha']);
  expect(await found(Array.from({ length: 199 }, () => 'active').join(' and '))).toEqual(['Alpha']);
  expect(await found(`active${' eq true'.repeat(99)}`)).toEqual(['Alpha']);
  expect(await found(`active${' eq false'.repeat(98)}`)).toEqual(['Alpha', 'gamma']);
  expect(await found(`contains(name,'${'%'.repeat(1_024)}')`)).toEqual([]);
  expect(await found(Array.from({ length: 20 }, () => "contains(name,'nX')").join(' and '))).toEqual([
    'beta',
  ]);
  expect(await found(`name eq '${'€'.repeat(30_000)}'`)).toEqual([]);
});

it('puts nothing of the text into the SQL', () => {
  const attack = "x'' OR 1=1; DROP TABLE thing --";
  const { sql, parameters } = fragment(`name eq '${attack}' or contains(description,':filter0 ${attack}')`);
  expect(sql).toBe(
    '(thing.name = :filter0 OR (thing.description IS NOT NULL AND strpos(thing.description, :filter1) > 0))',
  );
  expect(parameters.filter0).toBe("x' OR 1=1; DROP TABLE thing --");
});

/** An expression as a test sees it: how it is written, how tightly it binds, and what it says of a thing. */
interface Said {
  readonly text: string;
  readonly level: number;
  readonly holds: (thing: Thing) => boolean;
}

const LEVELS = { or: 1, and: 2, equality: 3, relational: 4, unary: 5, primary: 6 } as const;
const atLeast = (level: number, { text, level: own }: Said): string => (own < level ? `(${text})` : text);
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const compareText = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Characters that quoting, wildcards, case, and the order of UTF-8 against UTF-16 are tried with. */
const text = fc.string({
  unit: fc.constantFrom('a', 'A', 'b', "'", '%', '_', '!', '\\', ' ', ':', 'é', '\uFFFD', '😀'),
  maxLength: 3,
});
const size = fc.integer({ min: -2, max: 2 });

const things$ = fc
  .uniqueArray(
    fc.record({
      id: fc.constantFrom('A1', 'b2', 'C3', 'd4', 'E5', 'f6', 'G7', 'h8'),
      name: text,
      description: fc.option(text),
      state: fc.option(fc.constantFrom(...STATES)),
      size: fc.option(size),
      active: fc.option(fc.boolean()),
      tags: fc.uniqueArray(text, { maxLength: 2 }),
    }),
    { selector: ({ id }) => id },
  )
  .map((all): Thing[] => all.map((one) => ({ ...one, key: one.id.toLowerCase() })));

const RELATIONS = {
  gt: (sign: number) => sign > 0,
  ge: (sign: number) => sign >= 0,
  lt: (sign: number) => sign < 0,
  le: (sign: number) => sign <= 0,
} as const;

type Read<T> = (thing: Thing) => T | null;

/** Comparisons of one operand, by what OData says of null. */
function comparisons<T>(
  name: string,
  read: Read<T>,
  values: fc.Arbitrary<T>,
  print: (value: T) => string,
  sign?: (a: T, b: T) => number,
): fc.Arbitrary<Said>[] {
  const equality = fc
    .tuple(fc.constantFrom('eq', 'ne'), fc.option(values), fc.boolean())
    .map(([operator, value, mirrored]): Said => {
      const literal = value === null ? 'null' : print(value);
      return {
        text: mirrored ? `${literal} ${operator} ${name}` : `${name} ${operator} ${literal}`,
        level: LEVELS.equality,
        holds: (thing) => (read(thing) === value) === (operator === 'eq'),
      };
    });
  const membership = fc.array(fc.option(values), { minLength: 1, maxLength: 3 }).map((list): Said => ({
    text: `${name} in (${list.map((value) => (value === null ? 'null' : print(value))).join(',')})`,
    level: LEVELS.primary,
    holds: (thing) => list.includes(read(thing)),
  }));
  if (sign === undefined) return [equality, membership];
  const relation = fc
    .tuple(fc.constantFrom('gt', 'ge', 'lt', 'le'), fc.option(values, { freq: 9 }))
    .map(([operator, value]): Said => ({
      text: `${name} ${operator} ${value === null ? 'null' : print(value)}`,
      level: LEVELS.relational,
      holds: (thing) => {
        const own = read(thing);
        return own !== null && value !== null && RELATIONS[operator](sign(own, value));
      },
    }));
  return [equality, membership, relation];
}

const functions = (name: string, read: Read<string>): fc.Arbitrary<Said> =>
  fc.tuple(fc.constantFrom('contains', 'startswith', 'endswith'), text).map(([operation, part]): Said => ({
    text: `${operation}(${name}, ${quoted(part)})`,
    level: LEVELS.primary,
    holds: (thing) => {
      const own = read(thing);
      if (own === null) return false;
      if (operation === 'contains') return own.includes(part);
      return operation === 'startswith' ? own.startsWith(part) : own.endsWith(part);
    },
  }));

const anyTag: fc.Arbitrary<Said> = fc.tuple(text, fc.boolean()).map(([tag, negated]): Said => ({
  text: `settings/tags/any(t:${negated ? `not (t eq ${quoted(tag)})` : `t eq ${quoted(tag)}`})`,
  level: LEVELS.primary,
  holds: ({ tags }) => tags.some((own) => (own === tag) !== negated),
}));

const leaf: fc.Arbitrary<Said> = fc.oneof(
  ...comparisons('name', (thing) => thing.name, text, quoted, compareText),
  ...comparisons('description', (thing) => thing.description, text, quoted, compareText),
  ...comparisons<string>('state', (thing) => thing.state, fc.constantFrom(...STATES), quoted),
  ...comparisons(
    'size',
    (thing) => thing.size,
    size,
    String,
    (a, b) => a - b,
  ),
  ...comparisons('active', (thing) => thing.active, fc.boolean(), String),
  functions('name', (thing) => thing.name),
  functions('description', (thing) => thing.description),
  anyTag,
  fc.constant<Said>({ text: 'active', level: LEVELS.primary, holds: ({ active }) => active === true }),
  fc.boolean().map((value): Said => ({ text: String(value), level: 0, holds: () => value })),
);

const { expression } = fc.letrec<{ expression: Said }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    leaf,
    fc
      .tuple(fc.constantFrom('and', 'or'), tie('expression'), tie('expression'))
      .map(([operator, left, right]): Said => ({
        text: `${atLeast(LEVELS[operator], left)} ${operator} ${atLeast(LEVELS[operator], right)}`,
        level: LEVELS[operator],
        holds: (thing) =>
          operator === 'and'
            ? left.holds(thing) && right.holds(thing)
            : left.holds(thing) || right.holds(thing),
      })),
    tie('expression').map((operand): Said => ({
      text: `not ${atLeast(LEVELS.unary, operand)}`,
      level: LEVELS.unary,
      holds: (thing) => !operand.holds(thing),
    })),
    // A bare property is compared as a value, which may be null; in parentheses it is the same.
    fc
      .tuple(
        tie('expression').filter(({ text }) => !/^\(*(active|true|false)\)*$/.test(text)),
        fc.constantFrom('eq', 'ne'),
        fc.boolean(),
      )
      .map(([operand, operator, value]): Said => ({
        text: `${atLeast(LEVELS.equality, operand)} ${operator} ${value}`,
        level: LEVELS.equality,
        holds: (thing) => (operand.holds(thing) === value) === (operator === 'eq'),
      })),
  ),
}));

it('finds exactly what the expression says, for any expression and any rows', async () => {
  await fc.assert(
    fc.asyncProperty(things$, expression, async (all, said) => {
      await things.store(all);
      const ids = all.filter(said.holds).map(({ id }) => id);
      expect((await found(said.text)).toSorted()).toEqual(ids.toSorted());
    }),
    { numRuns: 1_000 },
  );
});

const PIECES = [
  '(',
  ')',
  "'",
  "''",
  ',',
  '/',
  ':',
  ' ',
  'not ',
  ' and ',
  ' or ',
  ' eq ',
  ' in ',
  'name',
  'size',
  'null',
  'true',
  '1',
  '-',
  '99999999999',
  'contains(',
  'settings/tags/any(t:',
  "state'draft'",
  '__proto__',
  '--',
  ';',
  '\\',
  '%',
  '$it',
  '@p',
  '\uD800',
  '😀',
];

const judged = (filter: string): void => {
  try {
    fragment(filter);
  } catch (error) {
    expect(error).toBeInstanceOf(GraphError);
    expect((error as GraphError).status).toBe(400);
  }
};

/** Two hundred nodes, and a hundred levels, are read with less; what comes behind them is not read. */
const MOST_CALLS = 10_000;

describe('hostile text', () => {
  it('is taken or refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 200 }),
          fc.array(fc.constantFrom(...PIECES), { maxLength: 80 }).map((pieces) => pieces.join('')),
        ),
        judged,
      ),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ...PIECES,
    'a/',
    'a.',
    '1 ',
    "x'a' ",
    'active and ',
    'active eq ',
    '(not ',
    'settings/tags/any(t:(',
    'contains(contains(',
  ])('100 kB of %j are taken or refused with few steps', (piece) => {
    expect(callsDuring(() => judged(piece.repeat(100_000 / piece.length)))).toBeLessThan(MOST_CALLS);
  });
});
