import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, send } from '../../support/http.js';
import { property, readyConnection, validSchema } from '../../support/schemas.js';
import {
  foundIn,
  idsIn,
  itemIdOf,
  putTicket,
  search,
  searchBody,
  searchWorld,
  source,
  ticketConnection,
} from '../../support/searches.js';
import { startServer, type TestServer } from '../../support/server.js';

/** Of the service itself, in each hit. */
const OWN = ['substrateContentDomainId', 'substrateLocationId', 'documentId', 'immutableEntryId', 'id'];

describe('the answer of a search', () => {
  let server: TestServer;
  const world = searchWorld();
  let tickets: string;
  beforeAll(async () => {
    server = await startServer({ SCHEMA_PROVISIONING_MS: '0' });
    tickets = await ticketConnection(server, world);
    await putTicket(
      server,
      world,
      tickets,
      'T1',
      {
        title: 'Printer on floor 3',
        link: 'https://contoso.example/T1',
        note: 'toner',
        priority: 'high',
        tags: ['paper', 'jam'],
        age: 5,
        open: true,
        secret: 'hidden',
      },
      {
        content: {
          type: 'html',
          value: '<h1>Paper jam</h1><script>printer</script><p>The printer &amp; its tray</p>',
        },
      },
    );
    await putTicket(server, world, tickets, 'T2', { title: 'Scanner' });
  });
  afterAll(() => server.close());

  const ask = (queryString: string, rest?: Record<string, unknown>, version?: string): Promise<Answer> =>
    search(server, world.user, searchBody(tickets, queryString, rest), version);
  const firstHit = async (queryString: string, rest?: Record<string, unknown>) =>
    foundIn(await ask(queryString, rest)).hits[0];
  const properties = async (fields?: string[]): Promise<Record<string, unknown>> => {
    const own = (await firstHit('printer', fields === undefined ? {} : { fields })).resource.properties;
    return Object.fromEntries(Object.entries<unknown>(own).filter(([name]) => !OWN.includes(name)));
  };

  it.each(['beta', 'v1.0'])('search 3: has one response with one container in %s', async (version) => {
    const { body } = await ask('printer', {}, version);
    expect(Object.keys(body)).toEqual(['@odata.context', 'value']);
    expect(body.value).toHaveLength(1);
    expect(Object.keys(body.value[0])).toEqual(['searchTerms', 'hitsContainers']);
    expect(body.value[0].hitsContainers).toEqual([
      { total: 1, moreResultsAvailable: false, hits: [expect.any(Object)] },
    ]);
    const [hit] = body.value[0].hitsContainers[0].hits;
    expect(hit).toEqual({
      hitId: expect.stringMatching(/^[A-Za-z0-9+/]{32}$/),
      rank: 1,
      summary: 'Paper jam The <c0>printer</c0> & its tray',
      contentSource: source(tickets),
      resource: {
        '@odata.type': '#microsoft.graph.externalConnectors.externalItem',
        properties: expect.any(Object),
      },
    });
  });

  it('search 3: has the words and phrases of the query as searchTerms, and none of *', async () => {
    const terms = async (query: string): Promise<string[]> => foundIn(await ask(query)).response.searchTerms;
    expect(await terms('printer AND priority:high')).toEqual(['printer']);
    expect(await terms('Printer "floor 3" NOT scanner')).toEqual(['Printer', 'floor 3']);
    expect(await terms('*')).toEqual([]);
  });

  it('search 3: has an empty list of hits where nothing matches', async () => {
    expect(foundIn(await ask('toothbrush'))).toMatchObject({
      total: 0,
      moreResultsAvailable: false,
      hits: [],
    });
  });

  it('search 3: names items by opaque ids, the same each time', async () => {
    const [first, again] = [await firstHit('printer'), await firstHit('floor')];
    expect(first.hitId).toBe(again.hitId);
    expect(first.hitId).not.toContain('T1');
    expect((await firstHit('scanner')).hitId).not.toBe(first.hitId);
  });

  it('search 3: has the names of the service itself among the properties, and the id of the item behind a comma', async () => {
    const hit = await firstHit('printer');
    expect(itemIdOf(hit)).toBe('T1');
    expect(hit.resource.properties).toMatchObject({
      substrateContentDomainId: expect.stringMatching(new RegExp(`^[0-9a-f]{32}@${world.tenantId},T1$`)),
      substrateLocationId: `APP:GCS_${tickets}@${world.tenantId}`,
      documentId: expect.any(Number),
      immutableEntryId: expect.any(String),
      id: hit.hitId,
    });
  });

  it('search 3: takes the summary from a searchable property where the content has no match', async () => {
    expect((await firstHit('floor')).summary).toBe('Printer on <c0>floor</c0> 3');
    expect((await firstHit('scanner')).summary).toBe('<c0>Scanner</c0>');
  });

  it('search 3: shows nothing of a property that is not retrievable, though it is found by it', async () => {
    const hit = await firstHit('toner');
    expect(itemIdOf(hit)).toBe('T1');
    expect(JSON.stringify(hit)).not.toContain('toner');
    expect(JSON.stringify(await firstHit('secret:hidden'))).not.toContain('hidden');
  });

  it('search 5: without fields has all retrievable properties, spelled as in the schema', async () => {
    expect(await properties()).toEqual({
      title: 'Printer on floor 3',
      link: 'https://contoso.example/T1',
      priority: 'high',
      tags: ['paper', 'jam'],
      age: 5,
      open: true,
    });
  });

  it('search 5: with fields has those alone; what is unknown or not retrievable is left out', async () => {
    expect(await properties(['TITLE', 'tags', 'missing', 'secret', 'note'])).toEqual({
      title: 'Printer on floor 3',
      tags: ['paper', 'jam'],
    });
    expect(await properties(['missing'])).toEqual({});
  });

  it('search 5: shows the property of a label under the name that asked for it, in any case', async () => {
    expect(await properties(['label_title', 'label_URL', 'label_createdBy'])).toEqual({
      label_title: 'Printer on floor 3',
      label_URL: 'https://contoso.example/T1',
    });
  });

  it('keeps all digits of an integer of 64 bits', async () => {
    const connection = await ticketConnection(server, world);
    const { text } = await search(server, world.user, searchBody(connection));
    expect(text).toContain('"total":0');
    await putTicket(server, world, connection, 'B', { title: 'Big' });
    const path = `/beta/external/connections/${connection}/items/B`;
    const token = { ...world.owner, body: '{"properties":{"title":"Big","age":9007199254740993}}' };
    expect((await send(server, 'PATCH', path, token)).status).toBe(200);
    const found = await search(server, world.user, searchBody(connection, 'age:9007199254740993'));
    expect(found.text).toContain('"age":9007199254740993');
  });

  it('has as many bytes as a page at most: it ends early, says that more follow, and goes on behind its last rank', async () => {
    const large = await readyConnection(server, {
      schema: validSchema(
        property({ name: 'title', isSearchable: true }),
        property({ name: 'bulk' }),
        property({ name: 'number', type: 'int64', isRefinable: true }),
      ),
      ...world.owner,
    });
    const bulk = 'x'.repeat(1_300_000);
    for (let number = 0; number < 5; number++)
      await putTicket(server, world, large, `L${number}`, { title: 'Large', bulk, number });
    const seen: string[] = [];
    let pages = 0;
    for (;;) {
      const body = searchBody(large, 'large', { from: seen.length, sortProperties: [{ name: 'number' }] });
      const answer = await search(server, world.user, body);
      expect(answer.text.length).toBeLessThan(4_100_000);
      const found = foundIn(answer);
      expect(found.total).toBe(5);
      expect(found.hits[0].rank).toBe(seen.length + 1);
      seen.push(...idsIn(found));
      pages++;
      if (!found.moreResultsAvailable) break;
    }
    expect(pages).toBe(2);
    expect(seen).toEqual(['L0', 'L1', 'L2', 'L3', 'L4']);
  });
});
