import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphError } from '../../errors/graph-error.js';
import type { GraphVersion } from '../../http/request-context.js';
import { callsDuring } from './calls.fixture.js';
import { nextLink, type Option } from './query-string.js';
import { parseQueryOptions } from './options.js';
import { searchCondition } from './search.js';
import { applySelect } from './select.js';
import { ALL_OPTIONS, THING } from './things.fixture.js';

const parse = (search: string, version: GraphVersion = 'v1.0', allowed = ALL_OPTIONS) =>
  parseQueryOptions(search, version, allowed, THING);

function refusal(search: string, version?: GraphVersion, allowed?: ReadonlySet<Option>): string {
  try {
    parse(search, version, allowed);
  } catch (error) {
    expect(error).toBeInstanceOf(GraphError);
    expect(error).toMatchObject({ status: 400, code: 'BadRequest', inner: undefined });
    return (error as GraphError).message;
  }
  throw new Error(`not refused: ${search}`);
}

const notValid = (reason: string): string => `The query specified in the URI is not valid. ${reason}`;
const notFound = (name: string, type: string): string =>
  `Could not find a property named '${name}' on type 'microsoft.graph.externalConnectors.${type}'.`;

describe('names of options', () => {
  it.each(['$top=2', '%24top=2', '$TOP=2', '%24Top=%32', '&&$top=2&', '$top=+2', 'x&$top=2'])(
    '%s',
    (search) => {
      expect(parse(search).top).toBe(2);
    },
  );

  it('nothing is asked for by an empty query', () => {
    expect(parse('')).toEqual({
      count: false,
      expand: [],
      orderBy: [expect.objectContaining({ column: 'thing.key' })],
    });
  });

  it('the $ may be left out in beta; in v1.0 the name is the client’s own', () => {
    expect(parse('top=2&Filter=active', 'beta')).toMatchObject({
      top: 2,
      filter: { parameters: { filter0: true } },
    });
    expect(parse('top=x&filter=!&select=nothing', 'v1.0')).toEqual(parse(''));
  });

  it('custom options and parameter aliases are ignored', () => {
    expect(parse('debug=1&debug=2&@p=3&=4&a=b=c', 'beta')).toEqual(parse(''));
  });

  it.each<[string, GraphVersion, string]>([
    ['$nothing=1', 'v1.0', "The query option '$nothing' is not supported."],
    ['$apply=x', 'beta', "The query option '$apply' is not supported."],
    ['$=x', 'beta', "The query option '$' is not supported."],
    [
      '$top=1&%24TOP=1',
      'v1.0',
      "Query option '$top' was specified more than once, but it must be specified at most once.",
    ],
    [
      '$top=1&top=1',
      'beta',
      "Query option '$top' was specified more than once, but it must be specified at most once.",
    ],
    ['$filter=', 'v1.0', "The value for OData query '$filter' cannot be empty."],
    ['$select', 'v1.0', "The value for OData query '$select' cannot be empty."],
    ['$filter=%zz', 'v1.0', "'$filter=%zz' is not well-formed percent-encoded text."],
    ['$filter=%C3', 'v1.0', "'$filter=%C3' is not well-formed percent-encoded text."],
    ['a=%ff', 'v1.0', "'a=%ff' is not well-formed percent-encoded text."],
    ["$filter=name eq '%00'", 'v1.0', "'$filter=name eq '%00'' is not well-formed percent-encoded text."],
    ['a'.repeat(300_001), 'v1.0', 'The query may have 300000 characters at most.'],
    ['a=1&'.repeat(100), 'v1.0', 'The query may have 100 options at most.'],
  ])('%s (%s) is refused', (search, version, reason) => {
    expect(refusal(search, version)).toBe(notValid(reason));
  });

  it('what the endpoint does not support is refused', () => {
    expect(refusal('$top=1', 'v1.0', new Set(['$select'] as const))).toBe(
      notValid("The query option '$top' is not supported."),
    );
  });
});

describe('$top, $skip, $count and $format', () => {
  it('are read', () => {
    expect(parse('$top=0&$skip=2147483647&$count=TRUE&$format=JSON')).toMatchObject({
      top: 0,
      skip: 2_147_483_647,
      count: true,
    });
    expect(parse('$count=false').count).toBe(false);
  });

  it.each(['-1', '1.5', 'x', '2147483648', '99999999999', '1e3', '%2B1', '1 2', '0x1'])(
    '%s is no number of rows',
    (value) => {
      for (const option of ['$top', '$skip'])
        expect(refusal(`${option}=${value}`)).toBe(
          notValid(
            `Invalid value '${decodeURIComponent(value)}' for ${option} query option found. The ${option} query option requires a non-negative integer value.`,
          ),
        );
    },
  );

  it.each([
    ['$count=1', "Invalid value '1' for $count query option found. Valid values are 'true' and 'false'."],
    ['$format=xml', "The $format query option supports only json and application/json, not 'xml'."],
  ])('%s', (search, reason) => expect(refusal(search)).toBe(notValid(reason)));
});

describe('$select', () => {
  const body = {
    '@odata.context': 'c',
    id: '1',
    'name@odata.type': '#String',
    name: 'n',
    settings: { '@odata.type': '#s', tags: ['t'], mode: 'm' },
    extras: null,
  };
  const selected = (select: string, version?: GraphVersion) =>
    applySelect(body, parse(`$select=${select}`, version).select);

  it.each<[string, object]>([
    ['id', { '@odata.context': 'c', id: '1' }],
    ['name, id', { '@odata.context': 'c', id: '1', 'name@odata.type': '#String', name: 'n' }],
    ['*', body],
    ['id,*', body],
    ['settings', { '@odata.context': 'c', settings: body.settings }],
    ['settings/tags', { '@odata.context': 'c', settings: { '@odata.type': '#s', tags: ['t'] } }],
    ['settings/tags,settings/mode,id', { '@odata.context': 'c', id: '1', settings: body.settings }],
    ['settings/tags,settings', { '@odata.context': 'c', settings: body.settings }],
    ['settings,settings/tags', { '@odata.context': 'c', settings: body.settings }],
    ['extras/anything', { '@odata.context': 'c', extras: null }],
    ['description', { '@odata.context': 'c' }],
    // A navigation that is not expanded.
    ['parts', { '@odata.context': 'c' }],
  ])('%s', (select, expected) => {
    const shown = selected(select);
    expect(shown).toEqual(expected);
    expect(Object.keys(shown)).toEqual(Object.keys(body).filter((key) => key in expected));
  });

  it('nothing selected is everything', () => expect(applySelect(body, undefined)).toBe(body));

  it.each([
    ['nothing', notFound('nothing', 'thing')],
    ['Name', notFound('Name', 'thing')],
    ['__proto__', notFound('__proto__', 'thing')],
    ['toString', notFound('toString', 'thing')],
    ['id,settings/nothing', notFound('nothing', 'settings')],
    ['name/x', notFound('name/x', 'thing')],
    ['inBeta', notFound('inBeta', 'thing')],
    ['quota', notFound('quota', 'thing')],
    ['id,', notValid("The $select query option takes property names separated by commas; '' is none.")],
    [
      'id name',
      notValid("The $select query option takes property names separated by commas; 'id name' is none."),
    ],
    [
      'settings($select=tags)',
      notValid(
        "The $select query option takes property names separated by commas; 'settings($select=tags)' is none.",
      ),
    ],
  ])('%s is refused', (select, message) => expect(refusal(`$select=${select}`)).toBe(message));

  it('what beta alone has is found there', () =>
    expect(selected('inBeta,quota', 'beta')).toEqual({ '@odata.context': 'c' }));
});

const order = (text: string) =>
  parse(`$orderby=${text}`).orderBy.map(
    ({ column, descending }) => `${column} ${descending ? 'desc' : 'asc'}`,
  );

describe('$orderby', () => {
  it.each([
    ['name', ['thing.name asc', 'thing.key asc']],
    ['name desc, size ASC', ['thing.name desc', 'thing.size asc', 'thing.key asc']],
    ['id desc', ['thing.key desc']],
    ['size,id,name', ['thing.size asc', 'thing.key asc']],
    ['name,name desc', ['thing.name asc', 'thing.key asc']],
  ])('%s', (text, expected) => expect(order(text)).toEqual(expected));

  it.each([
    ['nothing', notFound('nothing', 'thing')],
    ['inBeta', notFound('inBeta', 'thing')],
    ['secret', notValid("The property 'secret' cannot be used in the $orderby query option.")],
    ['settings', notValid("The property 'settings' cannot be used in the $orderby query option.")],
    ['settings/tags', notValid("The property 'settings/tags' cannot be used in the $orderby query option.")],
    ...['name up', 'name asc desc', 'name,', ',', 'name  desc x'].map((text) => [
      text,
      notValid(
        `The $orderby query option takes properties, each with asc or desc, separated by commas; '${text.endsWith(',') ? '' : text}' is none.`,
      ),
    ]),
  ])('%s is refused', (text, message) => expect(refusal(`$orderby=${text}`)).toBe(message));
});

describe('$search', () => {
  it.each([
    ['one', ['one']],
    ['one two+three', ['one', 'two', 'three']],
    ['one AND "two three"', ['one', 'two three']],
    ['"a \\"b\\" \\\\"', ['a "b" \\']],
    ['and %25_!', ['and', '%_!']],
    ['"AND"', ['AND']],
  ])('%s', (text, terms) =>
    expect(parse(`$search=${encodeURI(text).replaceAll('%25', '%')}`).search).toEqual(terms),
  );

  it.each([
    '""',
    '" "',
    '"open',
    'a"b',
    '"a"b',
    '(a)',
    'a OR b',
    'NOT a',
    'AND a',
    'a AND',
    'a AND AND b',
    '"\\x"',
    'é'.repeat(513),
    'a '.repeat(33),
  ])('%s is refused', (text) =>
    expect(refusal(`$search=${encodeURIComponent(text)}`)).toMatch(
      /^The query specified in the URI is not valid\. The \$search/,
    ),
  );

  it('asks that each term is in one of the columns', () => {
    expect(searchCondition(['Ab%', 'É'], ['t.x', 't.y'])).toEqual({
      sql:
        "((strpos(LOWER(COALESCE(t.x, '')), :search0) > 0 OR strpos(LOWER(COALESCE(t.y, '')), :search1) > 0) AND " +
        "(strpos(LOWER(COALESCE(t.x, '')), :search2) > 0 OR strpos(LOWER(COALESCE(t.y, '')), :search3) > 0))",
      parameters: { search0: 'ab%', search1: 'ab%', search2: 'É', search3: 'É' },
    });
  });
});

describe('$expand', () => {
  it('names one navigation', () => {
    expect(parse('$expand=parts').expand).toEqual(['parts']);
    expect(parse('$expand=quota', 'beta').expand).toEqual(['quota']);
  });

  it('names by a star all that the version has', () => {
    expect(parse('$expand=*', 'beta').expand).toEqual(['parts', 'quota']);
    expect(parse('$expand=parts,*', 'v1.0').expand).toEqual(['parts']);
  });

  it.each([
    ['nothing', notFound('nothing', 'thing')],
    ['quota', notFound('quota', 'thing')],
    ['parts,nothing', notFound('nothing', 'thing')],
    ['parts,parts', notValid('Only one navigation property can be expanded in one request.')],
    [
      'name',
      notValid(
        "Property 'name' on type 'microsoft.graph.externalConnectors.thing' is not a navigation property. Only navigation properties can be expanded.",
      ),
    ],
    ...['*/$ref', 'parts($top=1)', 'parts/$ref', ''].map((text) => [
      text || ',',
      notValid(
        `The $expand query option takes the name of one navigation property, without options; '${text}' is none.`,
      ),
    ]),
  ])('%s is refused', (text, message) => expect(refusal(`$expand=${text}`)).toBe(message));
});

describe('nextLink', () => {
  it('keeps all options of the first request as they were written, and its own place', () => {
    const search = '%24top=2&$skip=4&x=%zz&$filter=name%20eq+%27a%26b%27&%24SkipToken=old&skip=own';
    const readable = search.replace('%zz', 'y');
    expect(nextLink('https://host/v1.0/things', readable, 'T', 'v1.0')).toBe(
      'https://host/v1.0/things?%24top=2&x=y&$filter=name%20eq+%27a%26b%27&skip=own&$skiptoken=T',
    );
    expect(nextLink('https://host/beta/things', 'skip=4&top=2', 'T', 'beta')).toBe(
      'https://host/beta/things?top=2&$skiptoken=T',
    );
    expect(nextLink('https://host/beta/things', '', 'T', 'beta')).toBe(
      'https://host/beta/things?$skiptoken=T',
    );
  });
});

const judged = (search: string, version: GraphVersion = 'beta'): void => {
  try {
    parse(search, version);
  } catch (error) {
    expect(error).toBeInstanceOf(GraphError);
    expect((error as GraphError).status).toBe(400);
  }
};

it('any query string is taken, or refused with a 400, in steps that do not outgrow it', () => {
  const pieces = [
    '$',
    '%24',
    'top',
    'skip',
    'select',
    'filter',
    'orderby',
    'search',
    'count',
    'expand',
    'skiptoken',
    'format',
    '=',
    '&',
    ',',
    '"',
    "'",
    '%',
    '%27',
    '+',
    '1',
    'name',
    'id',
    'settings/',
    'desc',
    '*',
    'true',
  ];
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((all) => all.join('')),
      ),
      fc.constantFrom('beta', 'v1.0'),
      judged,
    ),
    { numRuns: 3_000 },
  );
  for (const option of ALL_OPTIONS) {
    const long = [...pieces, '$top=1&', 'a&', 'name,', 'settings/a,', '[', '"\\"'].map(
      (piece) => `${option}=${piece.repeat(100_000 / piece.length)}`,
    );
    const calls = callsDuring(() => long.forEach((search) => judged(search)));
    expect(calls, option).toBeLessThan(2 * long.join('').length);
  }
});
