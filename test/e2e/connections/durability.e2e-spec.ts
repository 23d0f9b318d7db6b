import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../support/connections.js';
import { faultsOf, query } from '../../support/database.js';
import { KillableServer } from '../../support/killable-server.js';

const CREATES = 2_000;
const AT_A_TIME = 64;
const CONNECTIONS = '/beta/external/connections';

interface Page {
  readonly value: readonly { readonly id: string }[];
  readonly '@odata.nextLink'?: string;
}

describe('an acknowledged create', () => {
  let server: KillableServer;
  beforeAll(async () => {
    server = await KillableServer.start({ MAX_CONNECTIONS_PER_TENANT: '1000000' });
  });
  afterAll(() => server.remove());

  it('survives kill -9 in the middle of 2,000 creates at 64 at a time', async () => {
    const acknowledged: string[] = [];
    const refused: number[] = [];
    let sent = 0;
    const client = async (): Promise<void> => {
      while (sent < CREATES) {
        sent++;
        const id = newId();
        try {
          const answer = await server.request('POST', CONNECTIONS, { id, name: id });
          if (answer.status === 201) acknowledged.push(id);
          else refused.push(answer.status);
        } catch {
          return;
        }
        if (acknowledged.length === CREATES / 2) void server.kill();
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, client));
    expect(refused).toEqual([]);
    expect(acknowledged.length).toBeGreaterThanOrEqual(CREATES / 2);
    expect(acknowledged.length).toBeLessThan(CREATES);
    await server.kill();

    await server.restart();
    const stored = new Set<string>();
    let next = '?$select=id';
    while (next !== '') {
      const page = await server.json<Page>(CONNECTIONS + next);
      for (const { id } of page.value) stored.add(id);
      next = page['@odata.nextLink'] === undefined ? '' : new URL(page['@odata.nextLink']).search;
    }
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    expect(await server.stop()).toBe(0);

    const rows = { rows: stored.size };
    expect(await query(server.database, 'SELECT count(*) AS rows FROM external_connection')).toEqual([rows]);
    expect(
      await query(server.database, 'SELECT count(*) AS rows FROM external_connection_authorized_app'),
    ).toEqual([rows]);
    expect(await query(server.database, 'SELECT "connectionCount" AS rows FROM tenant')).toEqual([rows]);
    expect(await faultsOf(server.database)).toEqual([]);
  });
});
