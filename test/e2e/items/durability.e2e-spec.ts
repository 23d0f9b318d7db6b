import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf, query } from '../../support/database.js';
import { KILLS } from '../../support/exceptions.js';
import { validItem } from '../../support/items.js';
import { KillableServer } from '../../support/killable-server.js';
import { validSchema } from '../../support/schemas.js';

const AT_A_TIME = 32;
const CONNECTION = '/beta/external/connections/durable1';

interface Stored {
  /** The title of each item. */
  readonly titles: ReadonlyMap<string, string>;
  readonly countOfConnection: number;
  readonly countOfTenant: number;
}

type Row = Record<'id' | 'properties', string> & Record<'ofConnection' | 'ofTenant', number>;

describe('an acknowledged write of an item', () => {
  let server: KillableServer;
  /** Every item by its id: which titles its last writes had that may be the stored one; none where it may be gone. */
  const possible = new Map<string, Set<string | undefined>>();
  let acknowledged = 0;
  /** At which of them the program dies. */
  let killAt = 0;

  beforeAll(async () => {
    server = await KillableServer.start({ SCHEMA_PROVISIONING_MS: '0' });
    const connection = { id: 'durable1', name: 'x' };
    expect((await server.request('POST', '/beta/external/connections', connection)).status).toBe(201);
    expect((await server.request('PATCH', `${CONNECTION}/schema`, validSchema())).status).toBe(202);
  });
  afterAll(() => server.remove());

  /** Writes item after item, until the program is gone: three new ones, then a change, then a delete. */
  async function ingest(client: string): Promise<void> {
    for (let index = 0; ; index++) {
      const id = index % 5 < 3 ? `${client}x${index}` : `${client}x${index - (index % 5)}`;
      const title = index % 5 === 4 ? undefined : `Title ${index}`;
      const before = possible.get(id) ?? new Set([undefined]);
      possible.set(id, new Set([...before, title]));
      const path = `${CONNECTION}/items/${id}`;
      try {
        const answer =
          title === undefined
            ? await server.request('DELETE', path)
            : await server.request('PUT', path, validItem({ properties: { title } }));
        await answer.arrayBuffer();
        expect([200, 204]).toContain(answer.status);
      } catch (error) {
        // The program was killed, so this write may be there or not.
        if (error instanceof TypeError) return;
        throw error;
      }
      acknowledged++;
      if (acknowledged === killAt) void server.kill();
      possible.set(id, new Set([title]));
    }
  }

  /** Read by one statement, and so of one moment: what was on its way at the end may yet arrive in PostgreSQL. */
  async function stored(): Promise<Stored> {
    const rows = await query<Row>(
      server.database,
      'SELECT "id", "properties", (SELECT "itemCount" FROM external_connection) AS "ofConnection", ' +
        '(SELECT "itemCount" FROM tenant) AS "ofTenant" FROM external_item',
    );
    return {
      titles: new Map(rows.map(({ id, properties }) => [id, JSON.parse(properties).title as string])),
      countOfConnection: rows[0]!.ofConnection,
      countOfTenant: rows[0]!.ofTenant,
    };
  }

  /** What is stored and should not be, or should be and is not. */
  const faults = ({ titles, countOfConnection, countOfTenant }: Stored): string[] => [
    ...[...possible].flatMap(([id, allowed]) =>
      allowed.has(titles.get(id)) ? [] : [`${id} has '${String(titles.get(id))}'`],
    ),
    ...[...titles.keys()].flatMap((id) => (possible.has(id) ? [] : [`${id} was never written`])),
    ...(countOfConnection === titles.size ? [] : [`the connection counts ${countOfConnection}`]),
    ...(countOfTenant === titles.size ? [] : [`the tenant counts ${countOfTenant}`]),
  ];

  it('survives kill -9 at full rate, time and again over the same data', async () => {
    for (let round = 0; round < KILLS; round++) {
      if (round > 0) await server.restart();
      killAt = acknowledged + 100 + 17 * round;
      const clients = Array.from({ length: AT_A_TIME }, (_, index) => ingest(`r${round}c${index}`));
      await Promise.all(clients);
      await server.kill();
      expect(faults(await stored()), `round ${round}`).toEqual([]);
      expect(await faultsOf(server.database), `round ${round}`).toEqual([]);
    }
  }, 600_000);

  it('is counted right by the program that starts afterwards', async () => {
    await server.restart();
    const { ingestedItemsCount } = await server.json(CONNECTION);
    expect(await server.stop()).toBe(0);
    const now = await stored();
    expect(ingestedItemsCount).toBe(now.titles.size);
    expect(faults(now)).toEqual([]);
  });

  it.each<[what: string, of: (right: Stored) => Stored, count: number]>([
    ['a lost item', (right) => ({ ...right, titles: new Map([...right.titles].slice(1)) }), 3],
    [
      'an old value',
      (right) => ({
        ...right,
        titles: new Map([...right.titles].map(([id, title], i) => [id, i === 0 ? 'old' : title])),
      }),
      1,
    ],
    [
      'an item that nobody wrote',
      (right) => ({ ...right, titles: new Map([...right.titles, ['foreign', 'x']]) }),
      3,
    ],
    [
      'a count of the connection',
      (right) => ({ ...right, countOfConnection: right.countOfConnection - 1 }),
      1,
    ],
    ['a count of the tenant', (right) => ({ ...right, countOfTenant: right.countOfTenant + 1 }), 1],
  ])('would be missed: the check notices %s', async (_what, wrong, count) => {
    expect(faults(wrong(await stored()))).toHaveLength(count);
  });
});
