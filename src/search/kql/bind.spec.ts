import { describe, expect, it } from 'vitest';
import { type EvaluatedItem, matches } from '../../../test/support/kql-evaluator.js';
import { bind } from './bind.js';
import type { Condition } from './condition.js';
import { KqlSchema } from './kql-schema.js';
import { parse } from './parser.js';
import { phrasesOf } from './phrases.js';
import { warningText } from './warnings.js';

const queryable = (name: string, type: string, rest: object = {}) => ({
  name,
  type: type as 'string',
  isQueryable: true,
  ...rest,
});

const SCHEMA = [
  queryable('title', 'string', { isSearchable: true, labels: ['title'], aliases: ['heading'] }),
  queryable('author', 'string'),
  queryable('tags', 'stringCollection'),
  queryable('status', 'string', { isExactMatchRequired: true }),
  queryable('codes', 'stringCollection', { isExactMatchRequired: true }),
  queryable('size', 'int64'),
  queryable('sizes', 'int64Collection'),
  queryable('score', 'double'),
  queryable('modified', 'dateTime', { labels: ['lastModifiedDateTime'] }),
  queryable('dates', 'dateTimeCollection'),
  queryable('open', 'boolean'),
  queryable('owner', 'principal', { isSearchable: true }),
  queryable('assignees', 'principalCollection', { labels: ['assignedToPeople'] }),
  { name: 'secret', type: 'string' as const, isQueryable: false },
];
const schema = new KqlSchema(SCHEMA);
/** A Wednesday. */
const NOW = new Date('2026-01-14T12:00:00.000Z');

function bound(query: string, culture?: string): ReturnType<typeof bind> {
  const { tree, fault } = parse(query, { isProperty: (name) => schema.find(name) !== undefined });
  if (tree === undefined) throw new Error(`${query}: ${fault.message}`);
  return bind(tree, schema, { now: NOW, culture });
}

const conditionOf = (query: string): Condition => bound(query).condition;
const warningsOf = (query: string): string[] => bound(query).warnings.map(({ kind }) => kind);
const finds = (query: string, item: EvaluatedItem, culture?: string): boolean =>
  matches(bound(query, culture).condition, item, SCHEMA);
const of = (properties: Record<string, unknown>): EvaluatedItem => ({ properties });

const queriesOf = (listed: string): string[] => listed.trim().split(/\s*[|\n]\s*/);

/** Queries that find the item, and queries that do not, between bars. */
function table(title: string, item: EvaluatedItem, found: string, notFound: string): void {
  describe(title, () => {
    it.each(queriesOf(found))('finds it by %j', (query) => {
      expect(finds(query, item)).toBe(true);
    });
    it.each(queriesOf(notFound))('does not find it by %j', (query) => {
      expect(finds(query, item)).toBe(false);
    });
  });
}

describe('kql 3: juxtaposition', () => {
  const same = (left: string, right: string): void => {
    expect(conditionOf(left), `${left} | ${right}`).toEqual(conditionOf(right));
  };

  it('joins positive restrictions of one property by OR, whatever stands between them', () => {
    same('author:a author:b', 'author:a OR author:b');
    same('x author:a size:1 author:b y', 'x AND (author:a OR author:b) AND size:1 AND y');
    same('author:a filetype:x author:b report', '(author:a OR author:b) AND filetype:x AND report');
  });

  it('joins the rest by AND', () => {
    same('a b "c d"', 'a AND b AND "c d"');
    same('author:a title:b', 'author:a AND title:b');
  });

  it('takes no negation into a union', () => {
    same('author:a -author:b', 'author:a AND NOT author:b');
    same('author<>a author<>b', 'author<>a AND author<>b');
    same('author:c author<>a NOT author:b', 'author:c AND author<>a AND NOT author:b');
  });

  it('takes a parenthesis, and what must match, as one operand', () => {
    same('(author:a) author:b', 'author:a AND author:b');
    same('+author:a author:b', 'author:a AND author:b');
    same('(author:a author:b) author:c', '(author:a OR author:b) AND author:c');
  });

  it('takes aliases, labels and any case for the property', () => {
    same('title:a HEADING:b Label_Title:c', 'title:a OR title:b OR title:c');
  });

  it('makes a union of < and > as well, and warns', () => {
    same('size>5 size<10', 'size>5 OR size<10');
    expect(warningsOf('size>5 size<10')).toEqual(['union']);
    expect(warningsOf('size>5 AND size<10')).toEqual([]);
    expect(warningsOf('size>5 size>=10')).toEqual([]);
  });

  it('joins a keyed group side by side by AND', () => {
    same('author:(a b)', 'author:a AND author:b');
  });
});

describe('kql 4: names', () => {
  it('knows names, aliases and labels in any case', () => {
    const item = of({ title: 'Printer', assignees: [{ upn: 'megan' }] });
    for (const name of ['title', 'TITLE', 'heading', 'Heading', 'label_title', 'Label_TITLE'])
      expect(finds(`${name}:printer`, item), name).toBe(true);
    for (const name of ['assignees', 'Label_assignedToPeople', 'label_assignedTo'])
      expect(finds(`${name}:megan`, item), name).toBe(true);
  });

  it.each([
    ['nobody:x', 'unknownProperty'],
    ['nobody<>x', 'unknownProperty'],
    ['label_url:x', 'unknownProperty'],
    ['__proto__:x', 'unknownProperty'],
    ['\u212a:x', 'unknownProperty'],
    ['secret:x', 'notQueryable'],
    ['secret:*', 'notQueryable'],
    ['secret<>x', 'notQueryable'],
  ])('matches nothing by %j, and warns', (query, warning) => {
    expect(conditionOf(query)).toEqual({ kind: 'none' });
    expect(warningsOf(query)).toEqual([warning]);
    expect(conditionOf(`NOT ${query}`)).toEqual({ kind: 'all' });
  });

  it('knows no label before a property of that name', () => {
    const own = new KqlSchema([
      queryable('Label', 'string'),
      queryable('x', 'string', { labels: ['title'] }),
    ]);
    expect(own.find('label')?.name).toBe('Label');
    expect(own.find('label_title')?.name).toBe('x');
    expect(own.find('label_')).toBeUndefined();
  });
});

table(
  'kql 4: string and stringCollection',
  of({ title: 'The Advanced Search-Guide', tags: ['contoso ticket', 'Ärger'] }),
  `
    title:search | title:SEARCH | title:"advanced search" | title:search-guide | title:adv* | title:"advanced sea*"
    tags:ticket | tags:contoso | tags:"contoso ticket" | tags:arger | tags="CONTOSO ticket" | tags=arger
    title="the advanced search-guide" | title="The Adv*" | title=the* | title<>"The Advanced" | author<>x
    title<>search | title:* | tags=* | title:"*" | author<>* | -title:x`,
  `
    title:"Advanced Sear" | title:advance | title:"search advanced" | title:sea | title:*dvanced | title:ad*ed
    title=search | title="Advanced Search-Guide" | tags:"ticket arger" | tags=contoso
    title<>"the advanced search-guide" | title>a | title<z | title<=z | title>=a | title:a..z | title:& | title:""
    title="" | author:* | title<>* | title="the advanced search guide" | tags<>arger | title>*`,
);

table(
  'kql 4: isExactMatchRequired',
  of({ status: 'In Progress', codes: ['contoso ticket', 'C#'] }),
  `
    status:"in progress" | status="IN PROGRESS" | codes:"contoso ticket" | codes:c# | codes=C# | status<>progress
    status:in* | codes:"contoso t*" | status:*`,
  `
    status:progress | status=in | codes:contoso | codes:c | codes:C++ | status<>"in progress" | codes<>c#
    status:progress* | status>a | status:a..z | status:"" | status:*progress`,
);

table(
  'kql 4: int64 and int64Collection',
  of({ size: 5n, sizes: [1n, 10n] }),
  `
    size:5 | size=5 | size:+5 | size:"5" | size:5.0 | size<>4 | size<6 | size<=5 | size>4 | size>=5 | size:1..5
    size:5..5 | size=5..9 | size>4.5 | size<5.5 | size>=4.5 | size<=5.5 | size:4.5..5.5 | size<>5.5 | size>-1
    size:* | sizes:1 | sizes:10 | sizes>9 | sizes<2 | sizes<>5 | size<99999999999999999999
    size>=-99999999999999999999 | sizes:2..10 | size<>99999999999999999999`,
  `
    size:4 | size=5.5 | size<>5 | size<5 | size<=4 | size>5 | size>=6 | size:6..9 | size:9..1 | size:5e0 | size:high
    size:5* | size: | size:1..high | size:0x5 | size:"5 " | size:5.. | size:..5 | size:1..5..9 | size<1..9
    size>99999999999999999999 | size:99999999999999999999 | size<-99999999999999999999 | sizes:5 | sizes:2..9
    sizes<>1 | size:. | size:- | size<>high | size<>1..5 | size>* | size>5.5 | size>=5.5 | size<-.5`,
);

describe('kql 4: double', () => {
  it('is compared with numbers that no double holds', () => {
    const huge = '9'.repeat(400);
    const item = of({ score: 1e300 });
    for (const query of [`score<${huge}`, `score>-${huge}`, `score<>${huge}`, `score:-${huge}..${huge}`])
      expect(finds(query, item), query).toBe(true);
    for (const query of [`score>${huge}`, `score:${huge}`, `score<-${huge}`])
      expect(finds(query, item), query).toBe(false);
  });
});

describe('kql 4: int64', () => {
  it('is compared to its last digit', () => {
    const item = of({ size: 9_007_199_254_740_993n });
    expect(finds('size:9007199254740993', item)).toBe(true);
    expect(finds('size:9007199254740992', item)).toBe(false);
    expect(finds('size>9007199254740992', item)).toBe(true);
  });
});

table(
  'kql 4: double',
  of({ score: -0.5 }),
  `
    score:-0.5 | score=-.5 | score:-0.50 | score<0 | score>=-0.5 | score<=-0.5 | score:-1..0 | score<>0.5 | score:*`,
  `
    score:0.5 | score:-5e-1 | score<-0.5 | score>-0.5 | score:0..1 | score:-0,5 | score:NaN | score<Infinity
    score:-0.5* | score<>-0.5 | score:-1..x | score:1.`,
);

table(
  'kql 4: boolean',
  of({ open: true }),
  `
    open:true | open=TRUE | open:1 | open<>false | open<>0 | open:*`,
  `
    open:false | open:0 | open:yes | open:2 | open<>true | open>false | open<=true | open:0..1 | open:tru*
    open<>yes`,
);

table(
  'kql 4: principal and principalCollection',
  of({
    owner: {
      '@odata.type': 'microsoft.graph.externalConnectors.principal',
      externalName: 'Megan Bowen',
      upn: 'megan@contoso.example',
    },
    assignees: [{ externalName: 'Lee Gu' }, { email: 'alex@contoso.example', externalId: null }],
  }),
  `
    owner:megan | owner:"megan bowen" | owner="Megan Bowen" | owner:megan@contoso.example | owner:bow* | owner:*
    assignees:alex | assignees="lee gu" | assignees<>"Megan Bowen" | bowen | "megan contoso"`,
  `
    owner:"bowen megan" | owner=megan | owner:microsoft | assignees:"gu alex" | owner>a | alex | "bowen megan"
    owner:odata`,
);

table(
  'kql 4: dateTime',
  of({ modified: '2026-01-31T23:30:00-01:00' }),
  `
    modified:2026-02-01 | modified=2026-02-01 | modified>=2026-02-01 | modified<=2026-02-01 | modified<2026-02-02
    modified>2026-01-31 | modified<>2026-01-31 | modified:2026-01-01..2026-02-01 | modified:2026-02-01..2026-02-01
    modified:2026-02-01T00:30:00 | modified:2026-02-01T00:30:00Z | modified:2026-02-01T00:30:00.0000000Z
    modified:"2026-02-01t02:30:00+02:00" | modified>2026-02-01T00:29:59.9999999Z | modified<=2026-02-01T00:30:00
    modified>= 2026-02-01 AND modified<= 2026-02-01 | modified:2026-02-01T00:00:00..2026-02-01T00:30:00 | modified:*
    Label_lastModifiedDateTime>=2026-02-01 | modified>today | modified>"this month" | modified:"this year"
    modified:today..2026-02-01`,
  `
    modified:2026-01-31 | modified<2026-02-01 | modified>2026-02-01 | modified<=2026-01-31 | modified>=2026-02-02
    modified:2026-01-01..2026-01-31 | modified<>2026-02-01 | modified:2026-02-01T00:30
    modified:2026-02-01T00:30:01 | modified:2026-02-01T00:30:00.00000000Z | modified:2026-02-30 | modified:20260201
    modified:2026 | modified:26-02-01 | modified>0 | modified:tomorrow | modified:"last week"
    modified:"last 7 days" | modified:2026-02-01* | modified:2026-2-1 | modified:2026-02-01Z | modified<today
    modified:"this month" | modified:this | modified:"this  year" | modified:constructor`,
);

describe('kql 4: intervals of dates', () => {
  const starts = (word: string, culture?: string): string[] => {
    const ticks = bound(`modified:"${word}"`, culture).condition as {
      from: { value: bigint };
      to: { value: bigint };
    };
    return [ticks.from, ticks.to].map(({ value }) =>
      new Date(Number(value / 10_000n)).toISOString().slice(0, 10),
    );
  };

  it.each([
    ['today', '2026-01-14', '2026-01-15'],
    ['TODAY', '2026-01-14', '2026-01-15'],
    ['yesterday', '2026-01-13', '2026-01-14'],
    ['this week', '2026-01-12', '2026-01-19'],
    ['This Month', '2026-01-01', '2026-02-01'],
    ['last month', '2025-12-01', '2026-01-01'],
    ['this year', '2026-01-01', '2027-01-01'],
    ['last year', '2025-01-01', '2026-01-01'],
  ])('%s is from %s to %s', (word, from, to) => {
    expect(starts(word)).toEqual([from, to]);
  });

  it('begins the week on Sunday where the culture is en-US alone', () => {
    for (const culture of ['en-US', 'en-us'])
      expect(starts('this week', culture)).toEqual(['2026-01-11', '2026-01-18']);
    for (const culture of ['de-DE', 'en-GB', ''])
      expect(starts('this week', culture)).toEqual(['2026-01-12', '2026-01-19']);
  });

  it('has an end that does not belong to it', () => {
    const [last, next] = ['2026-01-14T23:59:59.9999999Z', '2026-01-15'].map((modified) => of({ modified }));
    for (const [query, ofLast, ofNext] of [
      ['modified:today', true, false],
      ['modified<=today', true, false],
      ['modified>today', false, true],
      ['modified>=today', true, true],
      ['modified<today', false, false],
      ['modified<>today', false, true],
    ] as const) {
      expect(finds(query, last!), query).toBe(ofLast);
      expect(finds(query, next!), query).toBe(ofNext);
    }
  });

  it('takes one value of a dateTimeCollection', () => {
    const item = of({ dates: ['2025-01-01', '2026-01-14T10:00:00Z'] });
    expect(finds('dates:today', item)).toBe(true);
    expect(finds('dates:2025-06-01..2025-12-31', item)).toBe(false);
  });
});

table(
  'kql 5: free text',
  {
    properties: { title: 'Crème brûlée recipe', author: 'Julia', tags: ['dessert'] },
    content: { type: 'text', value: 'Sugar on top, then fire.' },
  },
  `
    sugar | SUGAR recipe | creme | "creme brulee" | brûl* | "on top then" | fire -salt | * | sugar OR salt
    (salt OR fire) recipe | top NEAR(1) fire | fire NEAR(1) top | top ONEAR(1) fire | sugar NEAR fire
    "sugar on" NEAR(2) fire | WORDS(salt, sugar) | ALL(sugar recipe) | ANY(salt sugar) | NONE(salt pepper)
    sugar XRANK(cb=100) salt | sugar & fire | sugar "" | sugar OR & | NOT salt | -salt -pepper | sugar NOT &
    sugar NEAR & | top NEAR(0) then | crème-brûlée | f*`,
  `
    salt | julia | dessert | "recipe sugar" | "top on" | suga | *ugar | su*ar | "top* then" | sugar AND salt
    NOT sugar | -* | top NEAR(0) fire | fire ONEAR top | recipe NEAR sugar | sugar NEAR sugar | ALL(sugar salt)
    NONE(sugar) | & | "" | - & | NOT "" | sugar AND *ire | & OR - | (&) | "sugar on" NEAR(1) fire
    "on top" NEAR(8) "top then"`,
);

table(
  'kql 5: HTML content',
  {
    properties: {},
    content: {
      type: 'html',
      value: '<p>Pa<b>per</b> jam</p><p>since &quot;Monday&quot;</p><script>var toner</script>',
    },
  },
  `
    paper | "paper jam" | monday | "jam since"`,
  `
    per | b | quot | toner | p`,
);

table(
  'kql 7: ideographs',
  { properties: { title: '漢字仮名' }, content: { type: 'html', value: '<p>東京<b>都</b>庁</p>' } },
  `
    漢字 | 字仮 | 名 | 字 | 漢 | 漢字仮名 | 京都 | 都庁 | 庁 | 東* | 漢字 京都 | title:仮名 | "字仮名"`,
  `
    字漢 | 漢名 | 漢仮 | 名東 | 東庁 | title:京 | "漢字 仮名"`,
);

describe('kql: warnings', () => {
  it.each([
    ['*ice', ['wildcard']],
    ['"a* b" c', ['wildcard']],
    ['title:a*b', ['wildcard']],
    ['size:high', ['value']],
    ['size:5*', ['value']],
    ['title>a', ['operator']],
    ['open:0..1', ['operator']],
    ['title:&', ['noWord']],
    ['a NEAR b*c', ['wildcard']],
    ['serv* title:x size:1..5 modified:today', []],
  ])('has for %j %j', (query, kinds) => {
    expect(warningsOf(query)).toEqual(kinds);
  });

  it('says which part matches nothing, and why', () => {
    const [warning] = bound('a nobody:"b c"').warnings;
    expect(warningText(warning!)).toBe(
      `KQL 'nobody:"b c"' matches nothing: the schema has no such property, alias or label.`,
    );
  });
});

describe('kql: phrases of a condition', () => {
  it('has free text that may match, each once', () => {
    expect(phrasesOf(conditionOf('Cat "a b" NOT dog (fox OR cat) title:x e NEAR f*'))).toEqual([
      { words: ['cat'], prefix: false },
      { words: ['a', 'b'], prefix: false },
      { words: ['fox'], prefix: false },
      { words: ['e'], prefix: false },
      { words: ['f'], prefix: true },
    ]);
  });
});

describe('kql: simplification', () => {
  it.each([
    ['a AND a', 'a'],
    ['a OR A OR a', 'a'],
    ['* a', 'a'],
    ['* OR a', '*'],
    ['NOT NOT a', 'a'],
    ['a (b (c d))', 'a b c d'],
    ['nobody:x OR a', 'a'],
    ['size:5..1 OR a', 'a'],
    ['size<=99999999999999999999', 'size:*'],
  ])('makes of %j what %j is', (query, simple) => {
    expect(conditionOf(query)).toEqual(conditionOf(simple));
  });

  it.each(['nobody:x a', '-*', 'NOT (a OR *)'])('makes nothing of %j', (query) => {
    expect(conditionOf(query)).toEqual({ kind: 'none' });
  });
});
