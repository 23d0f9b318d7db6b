import { describe, expect, it } from 'vitest';
import { freeText } from './free-text.js';
import { parse } from './parser.js';
import { termsOf } from './phrases.js';
import type { KqlNode } from './tree.js';

const NAMES = new Set(['author', 'filetype', 'modified', 'size', 'title']);
const isProperty = (name: string): boolean => NAMES.has(name.toLowerCase());

/** `and(a, or("b c", x*))`, `name:value`: what each operator takes, without a word about precedence. */
function shape(node: KqlNode): string {
  switch (node.kind) {
    case 'all':
    case 'none':
      return node.kind.toUpperCase();
    case 'text': {
      const text = node.prefix ? `${node.text}*` : node.text;
      return node.quoted ? `"${text}"` : text;
    }
    case 'restriction':
      return node.operator === '..'
        ? `${node.name} in ${node.value}..${node.to!}`
        : `${node.name}${node.operator}${node.value}${node.prefix ? '*' : ''}`;
    case 'not':
      return `not(${shape(node.operand)})`;
    case 'near':
      return `${node.ordered ? 'onear' : 'near'}${node.distance}(${node.operands.map(shape).join(', ')})`;
    default:
      return `${node.kind === 'sequence' ? 'seq' : node.kind}(${node.operands.map(shape).join(', ')})`;
  }
}

function shapeOf(text: string, closesPhrases = false): string {
  const { tree, fault } = parse(text, { isProperty, closesPhrases });
  return tree === undefined ? `fault at ${fault.position}` : shape(tree);
}

type Row = readonly [query: string, means: string];
const table = (title: string, rows: readonly Row[]): void => {
  describe(title, () => {
    it.each(rows)('reads %j as %s', (query, means) => {
      expect(shapeOf(query)).toBe(means);
    });
  });
};
/** @param queries between bars, and one a line */
const faults = (title: string, queries: string): void => {
  describe(title, () => {
    it.each(queries.trim().split(/\s*[|\n]\s*/))('does not parse %j', (query) => {
      expect(shapeOf(query)).toMatch(/^fault at \d+$/);
    });
  });
};

table('kql 1: case', [
  ['a AND b', 'and(a, b)'],
  ['a and b', 'seq(a, and, b)'],
  ['a Or b', 'seq(a, Or, b)'],
  ['a not b', 'seq(a, not, b)'],
  ['a near b', 'seq(a, near, b)'],
  ['words(a)', 'seq(words, a)'],
  ['any(a b)', 'seq(any, seq(a, b))'],
]);

table('kql 1: blank', [
  [' \t\r\na\n\nb ', 'seq(a, b)'],
  ['( a )', 'a'],
  ['(a)(b)', 'seq(a, b)'],
  ['a(b)c', 'seq(a, b, c)'],
]);

table('kql 1: word and phrase', [
  ['e-mail', '"e-mail"'],
  ['a.b', '"a.b"'],
  ['"a b"', '"a b"'],
  ['"a" "b"', 'seq("a", "b")'],
  ['"a\\"b', 'seq("a\\", b)'],
  ['""', '""'],
  ['a "" b', 'seq(a, "", b)'],
]);

table('kql 1: wildcard', [
  ['serv*', 'serv*'],
  ['"advanced sear*"', '"advanced sear*"'],
  ['*ice', '"*ice"'],
  ['se*ice', '"se*ice"'],
  ['"advan* search"', '"advan* search"'],
  ['*', 'ALL'],
  ['"*"', 'ALL'],
]);

table('kql 1: prefix signs', [
  ['+x', 'x'],
  ['-x', 'not(x)'],
  ['-"a b"', 'not("a b")'],
  ['-title:a', 'not(title:a)'],
  ['-(a b)', 'not(seq(a, b))'],
  ['a-b', '"a-b"'],
  ['- x', 'x'],
  ['a OR - b', 'or(a, b)'],
  ['--x', 'not(not(x))'],
  ['a -', 'seq(a, "-")'],
  ['(a +)', 'seq(a, "+")'],
]);

table('kql 1: name', [
  ['Author:a', 'Author:a'],
  ['Label_Title:a', 'Label_Title:a'],
  ['a_b.c2:d', 'a_b.c2:d'],
  ['größe:1', 'größe:1'],
  ['a-b:c', '"a-b:c"'],
]);

table('kql 1: typographic quotes', [
  ['“a b” c', 'seq("a b", c)'],
  ['title:„a b‟', 'title:a b'],
  ['"a b”', '"a b"'],
]);

table('kql 1: operator word', [
  ['NOTcat', 'NOTcat'],
  ['a ORDER', 'seq(a, ORDER)'],
  ['ANDroid', 'ANDroid'],
  ['a AND(b)', 'and(a, b)'],
  ['NOT"x"', 'seq("NOT", "x")'],
  ['NOT:', '"NOT"'],
  ['WORDS', '"WORDS"'],
  ['ALL employees', 'seq("ALL", employees)'],
]);

describe('kql 1: odd quote', () => {
  it('is a fault in a filter', () => {
    expect(shapeOf('a "b c')).toBe('fault at 2');
    expect(shapeOf('title:"b c')).toBe('fault at 6');
  });

  it('is closed at the end of a query string', () => {
    expect(shapeOf('a "b c', true)).toBe('seq(a, "b c")');
    expect(shapeOf('title:"b c*', true)).toBe('title:b c*');
    expect(shapeOf('"', true)).toBe('""');
  });
});

describe('kql 1: length', () => {
  it('allows 4,096 characters and no more', () => {
    const query = '(a)'.padEnd(4_096);
    expect(shapeOf(query)).toBe('a');
    expect(shapeOf(`${query} `)).toBe('fault at 4096');
  });

  it('allows a restriction 2,048 characters and no more', () => {
    const restriction = `title:${'a'.repeat(2_042)}`;
    expect(shapeOf(restriction)).toBe(restriction);
    expect(shapeOf(`x ${restriction}a`)).toBe('fault at 2');
    expect(shapeOf(`x ${restriction} a`)).toBe(`seq(x, ${restriction}, a)`);
  });
});

table('kql 2: precedence', [
  ['a OR b c', 'seq(or(a, b), c)'],
  ['a b OR c', 'seq(a, or(b, c))'],
  ['a OR b AND c', 'or(a, and(b, c))'],
  ['NOT a AND b', 'and(not(a), b)'],
  ['a AND b NEAR c', 'and(a, near8(b, c))'],
  ['a OR b OR c', 'or(a, b, c)'],
  ['(a AND b) AND c', 'and(a, b, c)'],
  ['a OR (b OR c)', 'or(a, b, c)'],
  ['(a b) c', 'seq(seq(a, b), c)'],
  ['cat -dog fox', 'seq(cat, not(dog), fox)'],
]);

table('kql 2: longest operator first', [
  ['n<>5', 'n<>5'],
  ['n<=5', 'n<=5'],
  ['n>=5', 'n>=5'],
  ['n<5', 'n<5'],
  ['n>5', 'n>5'],
  ['n=5', 'n=5'],
  ['n=>5', 'n=>5'],
]);

table('kql 2: ranges', [
  ['size:1..5', 'size in 1..5'],
  ['size=1..5', 'size in 1..5'],
  ['size:"1".."5"', 'size in 1..5'],
  ['size:"1"..5', 'size in 1..5'],
  ['size:1.."5"', 'size in 1..5'],
  ['size:1.5..2.5', 'size in 1.5..2.5'],
  ['size:5..', 'size:5..'],
  ['size:..5', 'size:..5'],
  ['size:"1..5"', 'size:1..5'],
  ['size<1..5', 'size<1..5'],
  ['size<>1..5', 'size<>1..5'],
  ['size:"1".. x', 'seq(size:1, "..", x)'],
]);

table('kql 2: blanks in restrictions', [
  ['author: "John Smith"', 'seq(author, "John Smith")'],
  ['author :"John Smith"', 'seq(author, ":", "John Smith")'],
  ['author : "John Smith"', 'seq(author, ":", "John Smith")'],
  ['modified>= 2026-01-01', 'modified>=2026-01-01'],
  ['modified<  "today" x', 'seq(modified<today, x)'],
  ['(modified> \n1 )', 'modified>1'],
  ['changed>= 2026-01-01', 'seq(changed, "2026-01-01")'],
  ['modified= 2026-01-01', 'seq(modified, "2026-01-01")'],
  ['modified<> 2026-01-01', 'seq(modified, "2026-01-01")'],
  ['modified> AND x', 'and(modified, x)'],
  ['modified> NOT x', 'seq(modified, not(x))'],
  ['(modified>)', 'modified'],
  ['title:', 'title'],
  ['(title:) x', 'seq(title, x)'],
  ['size>(5)', 'seq(size, 5)'],
]);

table('kql 2: unknown names and URLs', [
  ['foo:bar', 'foo:bar'],
  ['https://contoso.example/a', '"https://contoso.example/a"'],
  ['https://contoso.example/a NEAR b', 'near8("https://contoso.example/a", b)'],
  ['title://contoso.example/a', 'title://contoso.example/a'],
  ['https:"//contoso.example"', 'https://contoso.example'],
]);

table('kql 2: templates that are in use', [
  [
    'x NOT(isContainer:true) NOT(title:__siteIcon__)',
    'seq(x, not(isContainer:true), not(title:__siteIcon__))',
  ],
  ['PATH:*Han*', 'PATH:*Han*'],
  ['({searchTerms}) AND priority:high', 'and("{searchTerms}", priority:high)'],
]);

faults(
  'kql 2: both sides, and the right one of NOT',
  `
    a OR | OR a | a NEAR | NEAR a | ONEAR a | a ONEAR(2) | NOT | a NOT | NOT AND a | a AND OR b | AND | OR | NOT NOT
    (AND) | () | -AND b | a AND (NOT)`,
);

describe('kql 2: an empty query', () => {
  it.each(['', ' ', '\t\n'])('does not parse: %j', (query) => {
    expect(shapeOf(query)).toBe(`fault at ${query.length}`);
  });
});

table('kql 2: only negations', [
  ['NOT a', 'not(a)'],
  ['-a -b', 'seq(not(a), not(b))'],
]);

faults(
  'kql 2: free text alone in NEAR, WORDS, ALL, ANY, NONE',
  `
    title:a NEAR b | a ONEAR title:b | (a title:b) NEAR c | (NOT a) NEAR b | a NEAR NOT b | * NEAR a
    WORDS(a, title:b) | ALL(title:a) | ANY(a size>5) | NONE(x:y) | WORDS() | ALL() | WORDS(a b) | WORDS(a,) | ANY(a
    ALL((a)) | ALL(a AND b) | NONE(NOT a) | author:(a NEAR b)`,
);

table('kql 2: WORDS, ALL, ANY, NONE', [
  ['WORDS(a, "b c",d )', 'or(a, "b c", d)'],
  ['WORDS( a )', 'a'],
  ['ALL(a "b c" d*)', 'and(a, "b c", d*)'],
  ['ANY(a b)', 'or(a, b)'],
  ['NONE(a b)', 'not(or(a, b))'],
  ['x ANY (a b) y', 'seq(x, or(a, b), y)'],
  ['WORDS(https://a.example, b)', 'or("https://a.example", b)'],
]);

table('kql 2: NEAR and ONEAR', [
  ['a NEAR b', 'near8(a, b)'],
  ['a ONEAR b', 'onear8(a, b)'],
  ['a NEAR(3) "b c"', 'near3(a, "b c")'],
  ['a NEAR(n=3) b', 'near3(a, b)'],
  ['a NEAR( N = 0 ) b', 'near0(a, b)'],
  ['a NEAR(b)', 'near8(a, b)'],
  ['a NEAR b NEAR(1) c', 'and(near8(a, b), near1(b, c))'],
  ['(a OR b) NEAR c', 'or(near8(a, c), near8(b, c))'],
  ['a NEAR (b c)', 'and(near8(a, b), near8(a, c))'],
  ['a* NEAR(99999) b', 'near16383(a*, b)'],
]);

table('kql 2: keyed groups', [
  ['author:(a b)', 'and(author:a, author:b)'],
  ['author:( a OR "b c*" )', 'or(author:a, author:b c*)'],
  ['author=(a)', 'author=a'],
  ['author:(a -b)', 'and(author:a, not(author:b))'],
  ['author:(*)', 'author:*'],
  ['author:(a title:b)', 'and(author:a, title:b)'],
  ['x author:((a OR b) c)', 'seq(x, and(or(author:a, author:b), author:c))'],
]);

describe('kql 2: XRANK', () => {
  it.each<Row>([
    ['(animals XRANK(cb=100) dogs) XRANK(cb=200) cats', 'animals'],
    ['a b XRANK(cb=1.5, rb = -2 ,n=3) c d', 'seq(a, b)'],
  ])('keeps the left side of %j', (query, means) => {
    expect(shapeOf(query)).toBe(means);
  });

  it.each(['XRANK(cb=1) b', 'a XRANK(cb=1)', 'a XRANK b', 'a XRANK(x=1) b', 'a XRANK() b', 'a XRANK(cb=) b'])(
    'does not parse %j',
    (query) => {
      expect(shapeOf(query)).toMatch(/^fault/);
    },
  );
});

table('kql 3: a parenthesis, and what must match, is one operand', [
  ['author:a author:b', 'seq(author:a, author:b)'],
  ['(author:a) author:b', 'seq(seq(author:a), author:b)'],
  ['+author:a author:b', 'seq(seq(author:a), author:b)'],
  ['((author:a))', 'author:a'],
  ['(author:a) OR b', 'or(author:a, b)'],
  ['NOT (author:a)', 'not(author:a)'],
]);

table('kql 7: cases', [
  ['federated search', 'seq(federated, search)'],
  ['search fed*', 'seq(search, fed*)'],
  ['author:"John Smith" author:"Jane Smith"', 'seq(author:John Smith, author:Jane Smith)'],
  ['author:a filetype:x author:b report', 'seq(author:a, filetype:x, author:b, report)'],
  ['cat NOT dog', 'seq(cat, not(dog))'],
  ['cat -dog', 'seq(cat, not(dog))'],
  ['cat AND NOT dog', 'and(cat, not(dog))'],
  ['cat OR dog fox', 'seq(or(cat, dog), fox)'],
  ['cat (dog OR fox)', 'seq(cat, or(dog, fox))'],
  ['"acquisition" NEAR(n=3) "debt"', 'near3("acquisition", "debt")'],
  ['modified:2026-01-01..2026-01-31', 'modified in 2026-01-01..2026-01-31'],
  ['modified:"this week"', 'modified:this week'],
  ['modified:this week', 'seq(modified:this, week)'],
  ['priority:high -status:closed x', 'seq(priority:high, not(status:closed), x)'],
  ['title:"a" "b"', 'seq(title:a, "b")'],
  ['foo:bar:baz', 'foo:bar:baz'],
  ['C# C++ .NET', 'seq("C#", "C++", ".NET")'],
  ['a"b c"d', 'seq(a, "b c", d)'],
  ['漢字', '漢字'],
]);

faults(
  'kql 7: what does not parse',
  `
    cat AND | OR cat | AND | () | (cat | cat) | NEAR(3) | author:x NEAR y | a OR OR b | "abc`,
);

describe('kql 7: limits', () => {
  it.each(['(', '-', '+', 'NOT ', 'title:('])('allows %j to nest 100 deep and no more', (opening) => {
    const closing = opening.endsWith('(') ? ')' : '';
    const nested = (depth: number): string => opening.repeat(depth) + 'a' + closing.repeat(depth);
    expect(shapeOf(nested(100))).not.toMatch(/^fault/);
    expect(shapeOf(nested(101))).toMatch(/^fault/);
  });

  it('allows 500 operands and no more', () => {
    expect(shapeOf('a '.repeat(500))).not.toMatch(/^fault/);
    expect(shapeOf('a '.repeat(501))).toMatch(/^fault/);
    expect(shapeOf(`(${'a '.repeat(30)}) NEAR (${'b '.repeat(30)})`)).toMatch(/^fault/);
  });

  it('says where and why', () => {
    expect(parse('cat AND (dog', { isProperty }).fault).toEqual({
      position: 8,
      message: 'The opening parenthesis has no closing one.',
    });
  });
});

describe('kql 6: what does not parse, read as free text', () => {
  it.each<Row>([
    ['cat AND', 'cat'],
    ['(a OR b', 'seq(a, b)'],
    ['a NOT', 'a'],
    ['a NEAR(n=3)', 'a'],
    ['XRANK(cb=100) "b c', '"b c"'],
    ['WORDS(a, b', 'seq("a,", b)'],
    ['"a b" OR )', '"a b"'],
    ['AND title:x', '"title:x"'],
    ['ORDER AND', 'ORDER'],
    ['serv* OR', 'serv*'],
    ['AND OR ()', 'NONE'],
    ['', 'NONE'],
  ])('reads %j as %s', (query, means) => {
    expect(shape(freeText(query))).toBe(means);
  });

  it('reads no more than 500 words', () => {
    expect(freeText('a '.repeat(2_000))).toMatchObject({ operands: { length: 500 } });
  });
});

describe('search 3: searchTerms', () => {
  it.each([
    ['printer AND priority:high', ['printer']],
    ['*', []],
    ['a NOT b "c d" e* a', ['a', 'c d', 'e*']],
    ['x NEAR "y z"', ['x', 'y z']],
  ])('has of %j the terms %j', (query, terms) => {
    expect(termsOf(parse(query, { isProperty }).tree!)).toEqual(terms);
  });
});
