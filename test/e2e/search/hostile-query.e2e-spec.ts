import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

const LONGEST = 4_096;

const repeated = (part: string): string => part.repeat(Math.floor(LONGEST / part.length));

/** What an engine could take for its own language, or take long to read. */
const HOSTILE = [
  repeated('('),
  repeated('"'),
  repeated('" OR "'),
  repeated('NOT '),
  repeated('a OR '),
  repeated('a* '),
  repeated('-'),
  repeated('a NEAR '),
  repeated('{searchTerms}'),
  repeated('title:a '),
  repeated('title:"'),
  repeated('😀'),
  repeated('漢'),
  repeated('\u0301'),
  repeated("';--"),
  repeated('\\'),
  'a'.repeat(LONGEST),
  `words:"a" OR words MATCH 'a'`,
  'title : a} OR {acl everyone',
  '"printer" OR acl:everyone OR "u:00000000"',
  "x') OR 1=1 --",
  `"; DROP TABLE external_item; --`,
  '{title content} : printer',
  'printer:*',
  '^printer + "x"',
  'NEAR(printer paper, 5)',
  '!printer & paper | (toner <-> x):*',
  '$1 ? ?1 :name @name %s',
  'priority>999999999999999999999999 age<1e999 due:9999-99-99',
  '\u202e\ufeff\u2028',
];

const PIECES = [
  '"',
  '(',
  ')',
  ' OR ',
  ' AND ',
  'NOT ',
  ' NEAR(3) ',
  '*',
  ':',
  '=',
  '<>',
  '..',
  '-',
  '+',
  'title',
  'age',
  'due',
  'printer',
  'secret',
  '\t',
  '\n',
  '\\',
  "'",
  '{searchTerms}',
  '漢字',
  'é',
  '\u0007',
];

describe('a query of any text', () => {
  let server: TestServer;
  const world = searchWorld();
  const stranger = searchWorld();
  let tickets: string;
  beforeAll(async () => {
    server = await startServer({ SCHEMA_PROVISIONING_MS: '0' });
    tickets = await ticketConnection(server, world);
    await putTicket(server, world, tickets, 'seen', { title: 'Printer', age: 1 });
    const acl = [{ type: 'user', value: stranger.userId, accessType: 'grant' }];
    await putTicket(server, world, tickets, 'hidden', { title: 'Printer', age: 2 }, { acl });
    await putTicket(server, world, await ticketConnection(server, world), 'other', { title: 'Printer' });
  });
  afterAll(() => server.close());

  /** Either a hit that the user may see, or none, or a refusal; never a failure. */
  async function check(queryString: string, rest: Record<string, unknown> = {}): Promise<void> {
    const answer = await search(server, world.user, searchBody(tickets, queryString, rest));
    expect([200, 400], `${JSON.stringify(queryString.slice(0, 200))}: ${answer.text}`).toContain(
      answer.status,
    );
    if (answer.status !== 200) return;
    const found = foundIn(answer);
    expect(['', 'seen']).toContain(idsIn(found).join());
    expect(found.total).toBe(found.hits.length);
    expect(answer.text).not.toContain('hidden');
  }

  it.each(HOSTILE.map((query, index) => ({ name: `${index + 1}`, query })))(
    'is answered or refused, and widens nothing: hostile query $name',
    async ({ query }) => {
      await check(query);
      await check('printer', { query: { queryString: 'printer', queryTemplate: query } });
    },
  );

  it('is answered or refused, and widens nothing: queries by chance', async () => {
    const text = fc.oneof(
      fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((pieces) => pieces.join('')),
      fc.string({ unit: 'binary', maxLength: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(text, (query) => check(query)),
      { numRuns: 300 },
    );
  });

  it('does the same in a sort, a field, an aggregation, a filter and a source', async () => {
    for (const text of HOSTILE.slice(-15)) {
      await check('printer', { fields: [text, `label_${text}`] });
      await check('printer', { sortProperties: [{ name: text.slice(0, 128) }] });
      await check('printer', {
        aggregations: [{ field: text.slice(0, 128), bucketDefinition: { sortBy: 'count' } }],
      });
      await check('printer', { aggregationFilters: [text, `age:${text}`] });
      await check('printer', { contentSources: [`/external/connections/${text}`] });
    }
  });
});
