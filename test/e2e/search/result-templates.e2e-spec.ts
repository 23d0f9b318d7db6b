import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { card } from '../../support/cards.js';
import {
  foundIn,
  itemIdOf,
  putTicket,
  search,
  searchBody,
  searchWorld,
  ticketConnection,
} from '../../support/searches.js';
import { startServer, type TestServer } from '../../support/server.js';

const layout = (text: string): object => card({ type: 'TextBlock', text });
const ENABLED = { resultTemplateOptions: { enableResultTemplate: true } };

describe.each(['beta', 'v1.0'])('result templates in the answers of searches in %s', (version) => {
  let server: TestServer;
  const world = searchWorld();
  let tickets: string;
  beforeAll(async () => {
    server = await startServer({ SCHEMA_PROVISIONING_MS: '0' });
    tickets = await ticketConnection(server, world, {
      searchSettings: {
        searchResultTemplates: [
          { id: 'usual', priority: 5, layout: layout('${title} of ${team}') },
          {
            id: 'urgent',
            priority: 1,
            layout: layout('Urgent: ${title}'),
            rules: [{ property: 'priority', operation: 'equals', values: ['high'], valuesJoinedBy: 'or' }],
          },
        ],
      },
    });
    await putTicket(server, world, tickets, 'A', { title: 'Printer', priority: 'high' });
    await putTicket(server, world, tickets, 'B', { title: 'Printer', priority: 'low' });
    await putTicket(server, world, tickets, 'C', { title: 'Printer', priority: 'low' });
  });
  afterAll(() => server.close());

  const ask = async (connections: string | string[], rest: Record<string, unknown>) =>
    foundIn(await search(server, world.user, searchBody(connections, 'printer', rest), version));

  it('search 8: are named by each hit, and stand once in the response, chosen by rules in order of priority', async () => {
    const { hits, response } = await ask(tickets, ENABLED);
    const byItem = Object.fromEntries(hits.map((hit) => [itemIdOf(hit), hit.resultTemplateId]));
    expect(byItem.B).toBe(byItem.C);
    expect(byItem.A).not.toBe(byItem.B);
    expect(response.resultTemplates).toEqual({
      [byItem.A]: { displayName: 'urgent', body: layout('Urgent: {title}') },
      [byItem.B]: { displayName: 'usual', body: layout('{title} of {team}') },
    });
  });

  it('search 8: have generated ids, the same in each answer', async () => {
    const id = async (): Promise<string> =>
      (await ask(tickets, { ...ENABLED, size: 1 })).hits[0].resultTemplateId;
    expect(await id()).toMatch(/^\d{13}_[0-9A-Z]{9}$/);
    expect(await id()).toBe(await id());
  });

  it('search 8: are no part of an answer that was not asked for them', async () => {
    for (const rest of [{}, { resultTemplateOptions: { enableResultTemplate: false } }]) {
      const { hits, response } = await ask(tickets, rest);
      expect(response).not.toHaveProperty('resultTemplates');
      expect(hits[0]).not.toHaveProperty('resultTemplateId');
    }
  });

  it('search 8: are missing for a hit of a connection that has none', async () => {
    const plain = await ticketConnection(server, world);
    await putTicket(server, world, plain, 'P', { title: 'Printer' });
    const { hits, response } = await ask(plain, ENABLED);
    expect(hits[0]).not.toHaveProperty('resultTemplateId');
    expect(response.resultTemplates).toEqual({});
  });
});
