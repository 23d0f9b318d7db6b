import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foundIn, putTicket, search, searchBody, searchWorld, ticketConnection, idsIn } from '../../support/search.js';
import { startServer, type TestServer } from '../../support/server.js';
import { send } from '../../support/http.js';

describe('smoke', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ SCHEMA_PROVISIONING_MS: '0', LOG_LEVEL: 'warn' });
  });
  afterAll(() => server.close());
  it('finds', async () => {
    const world = searchWorld();
    const c = await ticketConnection(server, world);
    await putTicket(server, world, c, 'T1', { title: 'Printer on floor 3', priority: 'high', tags: ['a', 'b'], age: 5, due: '2026-01-05' }, { content: { type: 'text', value: 'Paper jam in the printer since Monday.' } });
    await putTicket(server, world, c, 'T2', { title: 'Scanner', priority: 'low', age: 7, due: '2026-02-05' });
    const a = await search(server, world.user, searchBody(c, 'printer', { aggregations: [{ field: 'priority', bucketDefinition: { sortBy: 'count' } },{ field: 'age', bucketDefinition: { sortBy: 'count' , ranges: [{to:'6'},{from: '6'}]} },{ field: 'due', bucketDefinition: { sortBy: 'count' , ranges: [{to:'2026-02-01'},{from: '2026-02-01'}]} }] }));
    console.log(JSON.stringify(a.body, null, 1), a.text.length, [...a.headers]);
    const b = await search(server, world.user, searchBody(c, '*', { sortProperties: [{ name: 'age', isDescending: true }] }));
    expect(idsIn(foundIn(b))).toEqual(['T2', 'T1']);
    const r = await send(server, 'POST', '/v1.0/copilot/retrieval', { ...world.user, body: { queryString: 'where is the printer?', DataSource: 'externalitem', resourceMetadata: ['priority', 'tags', 'age'] } });
    console.log(JSON.stringify(r.body, null, 1), [...r.headers]);
  });
});
