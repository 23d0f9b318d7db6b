import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDocument } from '../../../src/openapi/documents.js';
import { Declared } from '../../support/answers.js';
import { withSearchCards, GOOD_CARD } from '../../support/cards.js';
import { type Call, send } from '../../support/http.js';
import { putTicket, searchBody, searchWorld, ticketConnection } from '../../support/searches.js';
import { startServer, type TestServer } from '../../support/server.js';

describe.each(['beta', 'v1.0'])(
  'what the server answers to searches in %s is what its OpenAPI document says',
  (version) => {
    const world = searchWorld();
    const question = { queryString: 'Where is the printer?', dataSource: 'externalItem' };
    let server: TestServer;
    let declared: Declared;
    let tickets: string;
    beforeAll(async () => {
      server = await startServer({ SCHEMA_PROVISIONING_MS: '0' });
      declared = new Declared(createDocument(server.app, server.configuration));
      tickets = await ticketConnection(server, world, withSearchCards(GOOD_CARD));
      const properties = { title: 'Printer', link: 'https://contoso.example', priority: 'high', age: 1 };
      await putTicket(server, world, tickets, 'T1', properties, { content: { type: 'text', value: 'x' } });
    });
    afterAll(() => server.close());

    async function check(status: number, path: string, call: Call): Promise<void> {
      const answer = await send(server, 'POST', path, call);
      expect(answer.status, answer.text).toBe(status);
      declared.assertAnswer(answer, 'POST', path);
    }

    it.each(['search/query', 'search/microsoft.graph.query'])(
      'of hits, and of refusals, by %s',
      async (name) => {
        const path = `/${version}/${name}`;
        const everything = searchBody(tickets, 'printer', {
          fields: ['title', 'label_url'],
          sortProperties: [{ name: 'age', isDescending: true }],
          aggregations: [
            {
              field: 'priority',
              size: 5,
              bucketDefinition: { sortBy: 'count', minimumCount: 0, ranges: [] },
            },
            {
              field: 'age',
              bucketDefinition: { sortBy: 'keyAsNumber', ranges: [{ to: '5' }, { from: '5' }] },
            },
          ],
          aggregationFilters: ['priority:"ǂǂ68696768"'],
          collapseProperties: [{ fields: ['priority'], limit: 1 }],
          resultTemplateOptions: { enableResultTemplate: true },
        });
        for (const body of [searchBody(tickets), searchBody(tickets, 'toothbrush'), everything]) {
          expect(declared.faultsOfRequest(JSON.parse(JSON.stringify(body)), 'POST', path)).toEqual([]);
          await check(200, path, { ...world.user, body });
          await check(200, path, {
            ...world.user,
            body,
            headers: { accept: 'application/json;odata.metadata=none' },
          });
        }
        await check(400, path, { ...world.user, body: searchBody(tickets, '') });
        await check(400, path, { ...world.user, body: searchBody(tickets, 'x', { from: -1, size: 501 }) });
        await check(400, path, { ...world.user, body: '{' });
        await check(401, path, { as: null, body: {} });
        await check(403, path, { ...world.owner, body: searchBody(tickets) });
        await check(413, path, { ...world.user, body: ' '.repeat(4_000_001) });
        await check(415, path, { ...world.user, body: {}, headers: { 'content-encoding': 'zstd' } });
      },
    );

    it('of passages, and of refusals', async () => {
      const path = `/${version}/copilot/retrieval`;
      for (const body of [
        question,
        { ...question, queryString: 'toothbrush', resourceMetadata: ['title'] },
      ]) {
        expect(declared.faultsOfRequest(body, 'POST', path)).toEqual([]);
        await check(200, path, { ...world.user, body });
      }
      await check(400, path, { ...world.user, body: { ...question, dataSource: 'sharePoint' } });
      await check(400, path, { ...world.user, body: {} });
      await check(401, path, { as: null, body: {} });
      await check(403, path, { ...world.owner, body: question });
      await check(413, path, { ...world.user, body: ' '.repeat(4_000_001) });
      await check(415, path, { ...world.user, body: {}, headers: { 'content-encoding': 'zstd' } });
    });
  },
);
