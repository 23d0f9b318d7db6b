import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../support/connections.js';
import { faultsOf, query } from '../../support/database.js';
import { KILLS } from '../../support/exceptions.js';
import { validItem } from '../../support/items.js';
import { KillableServer } from '../../support/killable-server.js';
import { validSchema } from '../../support/schemas.js';

const INGESTING = 32;
const REGISTERING = 2;
const PROVISIONING_MS = 300;
const CONNECTIONS = '/beta/external/connections';
const CONNECTION = `${CONNECTIONS}/durable1`;

interface Registration {
  readonly id: string;
  readonly operation: string;
}

interface Stored {
  /** The title of each item. */
  readonly titles: ReadonlyMap<string, string>;
  readonly countOfConnection: number;
  readonly countOfTenant: number;
}

type Row = Record<'id' | 'properties', string> & Record<'ofConnection' | 'ofTenant', number>;

const without = (titles: Stored['titles'], gone: string): Stored['titles'] =>
  new Map([...titles].filter(([id]) => id !== gone));

describe('a server that is killed', () => {
  let server: KillableServer;
  /** Every item by its id: which titles its last writes had that may be the stored one; none where it may be gone. */
  const possible = new Map<string, Set<string | undefined>>();
  /** Schemas whose registration was answered 202. */
  const registered: Registration[] = [];
  let acknowledged = 0;
  /** After how many writes and registrations it dies. */
  let killAt = { writes: 0, registrations: 0 };
  let killed = true;

  beforeAll(async () => {
    server = await KillableServer.start({
      SCHEMA_PROVISIONING_MS: String(PROVISIONING_MS),
      MAX_CONNECTIONS_PER_TENANT: '10000',
    });
    await register('durable1');
    await wait(PROVISIONING_MS);
  });
  afterAll(() => server.remove());

  async function register(id: string): Promise<void> {
    expect((await server.request('POST', CONNECTIONS, { id, name: 'x' })).status).toBe(201);
    const answer = await server.request('PATCH', `${CONNECTIONS}/${id}/schema`, validSchema());
    expect(answer.status).toBe(202);
    registered.push({ id, operation: new URL(answer.headers.get('location')!).pathname });
  }

  function killWhenDue(): void {
    if (killed || acknowledged < killAt.writes || registered.length < killAt.registrations) return;
    killed = true;
    void server.kill();
  }

  /** Does something again and again until the server is gone; a wrong status is not that. */
  async function untilGone(step: (index: number) => Promise<void>): Promise<void> {
    try {
      for (let index = 0; ; index++) {
        await step(index);
        killWhenDue();
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }

  /** Three new items, then a change, then a delete. */
  async function write(client: string, index: number): Promise<void> {
    const id = index % 5 < 3 ? `${client}x${index}` : `${client}x${index - (index % 5)}`;
    const title = index % 5 === 4 ? undefined : `Title ${index}`;
    const before = possible.get(id) ?? new Set([undefined]);
    // Until it is answered, and for ever where it is not, it may be there or not.
    possible.set(id, new Set([...before, title]));
    const path = `${CONNECTION}/items/${id}`;
    const answer =
      title === undefined
        ? await server.request('DELETE', path)
        : await server.request('PUT', path, validItem({ properties: { title } }));
    await answer.arrayBuffer();
    expect([200, 204]).toContain(answer.status);
    acknowledged++;
    possible.set(id, new Set([title]));
  }

  /** Read by one statement, and so of one moment: what was on its way at the end may yet arrive in PostgreSQL. */
  async function stored(): Promise<Stored> {
    const rows = await query<Row>(
      server.database,
      'SELECT "id", "properties", (SELECT sum("itemCount") FROM external_connection) AS "ofConnection", ' +
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

  /** An item that is certainly there. */
  const acknowledgedId = (): string =>
    [...possible].find(([, titles]) => titles.size === 1 && !titles.has(undefined))![0];

  it('loses no write of an item and no registration of a schema, time and again at full rate', async () => {
    for (let round = 0; round < KILLS; round++) {
      if (round > 0) await server.restart();
      killAt = {
        writes: acknowledged + 100 + 17 * round,
        registrations: registered.length + REGISTERING,
      };
      killed = false;
      await Promise.all([
        ...Array.from({ length: INGESTING }, (_, client) =>
          untilGone((index) => write(`r${round}c${client}`, index)),
        ),
        ...Array.from({ length: REGISTERING }, () => untilGone(() => register(newId()))),
      ]);
      await server.kill();
      expect(faults(await stored()), `round ${round}`).toEqual([]);
      expect(await faultsOf(server.database), `round ${round}`).toEqual([]);
    }
  }, 600_000);

  it('has completed every registration when it has started again', async () => {
    await server.restart();
    const states = async (): Promise<unknown[]> =>
      Promise.all(registered.map(async ({ operation }) => (await server.json(operation)).status));
    // Those of the last round may be under way, and none is in any other state.
    expect((await states()).filter((status) => status !== 'inprogress' && status !== 'completed')).toEqual(
      [],
    );
    await wait(PROVISIONING_MS);
    expect(new Set(await states())).toEqual(new Set(['completed']));
    for (const { id } of registered) {
      const connection = await server.json(`${CONNECTIONS}/${id}?$expand=schema`);
      expect(connection).toMatchObject({ state: 'ready', schema: { properties: [{ name: 'title' }] } });
    }
  });

  it('counts its items right when it has started again', async () => {
    const { ingestedItemsCount } = await server.json(CONNECTION);
    expect(await server.stop()).toBe(0);
    const now = await stored();
    expect(ingestedItemsCount).toBe(now.titles.size);
    expect(faults(now)).toEqual([]);
  });

  it.each<[what: string, of: (right: Stored) => Stored, count: number]>([
    ['a lost item', (right) => ({ ...right, titles: without(right.titles, acknowledgedId()) }), 3],
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
  ])('would be found out by this check: %s', async (_what, wrong, count) => {
    expect(faults(wrong(await stored()))).toHaveLength(count);
  });
});
