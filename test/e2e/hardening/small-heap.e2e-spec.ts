import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KillableServer } from '../../support/killable-server.js';
import { ensureBuilt } from '../../support/program.js';

const CONNECTIONS = '/beta/external/connections';
const LARGE = 3_900_000;
const MOST_BYTES_OF_PAGE = 4_100_000;
const COUNT = 25;

/** What was done, and what was refused because its caller had so much under way: nothing is broken. */
const DONE_OR_REFUSED = [200, 429];

describe('a server with a heap of 400 MB, and 25 connections of 3.9 MB', () => {
  let server: KillableServer;
  beforeAll(async () => {
    await ensureBuilt();
    server = await KillableServer.start({ NODE_OPTIONS: '--max-old-space-size=400' });
    for (let index = 0; index < COUNT; index++) {
      const body = { id: `large${index}`, name: 'Large', description: 'x'.repeat(LARGE) };
      expect((await server.request('POST', CONNECTIONS, body)).status).toBe(201);
    }
  }, 120_000);
  afterAll(() => server.remove());

  /** Asks so often at the same moment. */
  async function asked(times: number, ask: () => Promise<Response>): Promise<string[]> {
    const answers = await Promise.all(Array.from({ length: times }, ask));
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    for (const { status } of answers) expect(DONE_OR_REFUSED).toContain(status);
    expect(answers.some(({ status }) => status === 200)).toBe(true);
    return texts.filter((_, index) => answers[index]!.status === 200);
  }

  const goesOn = async (): Promise<void> => {
    expect((await server.json<{ id: string }>(`${CONNECTIONS}/large3?$select=id`)).id).toBe('large3');
    expect((await server.request('GET', '/health/ready')).status).toBe(200);
  };

  it.each(['', '?$top=25', '?$orderby=name', '?$expand=schema', '?$expand=items', '?$count=true'])(
    'lists them many times at once: connections%s',
    async (query) => {
      for (const text of await asked(24, () => server.request('GET', CONNECTIONS + query)))
        expect(text.length).toBeLessThan(MOST_BYTES_OF_PAGE);
      await goesOn();
    },
    120_000,
  );

  it('reads them many times at once', async () => {
    await asked(60, () => server.request('GET', `${CONNECTIONS}/large1`));
    await goesOn();
  }, 120_000);

  it('reads all of them in one batch, many times at once, and says of each whether it was done', async () => {
    const requests = Array.from({ length: 20 }, (_, index) => ({
      id: `${index}`,
      method: 'GET',
      url: index % 2 === 0 ? `/external/connections/large${index}` : '/external/connections',
    }));
    for (const text of await asked(12, () => server.request('POST', '/beta/$batch', { requests }))) {
      const { responses } = JSON.parse(text) as { responses: { status: number }[] };
      expect(responses).toHaveLength(20);
      for (const { status } of responses) expect(DONE_OR_REFUSED).toContain(status);
    }
    await goesOn();
  }, 120_000);

  it('takes as many large bodies at once as come, or refuses them', async () => {
    const description = 'y'.repeat(LARGE);
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => server.request('PATCH', `${CONNECTIONS}/large2`, { description })),
    );
    for (const { status } of answers) expect([204, 429]).toContain(status);
    expect((await server.json<{ description: string }>(`${CONNECTIONS}/large2`)).description).toBe(
      description,
    );
    await goesOn();
  }, 120_000);
});
