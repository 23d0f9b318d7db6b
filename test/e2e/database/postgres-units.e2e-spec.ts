import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EntityManager } from 'typeorm';
import { TenantEntity } from '../../../src/connections/connection.entity.js';
import { Database } from '../../../src/database/database.js';
import { Table } from '../../../src/database/table.js';
import { newTenant, tokenOf } from '../../support/callers.js';
import { create, newId, read, validConnection } from '../../support/connections.js';
import { query } from '../../support/database.js';
import { describeException } from '../../support/exceptions.js';
import { send } from '../../support/http.js';
import { startServer, type TestServer } from '../../support/server.js';

/** Opens when so many stand before it, and stays open. */
function gate(count: number): { readonly opened: Promise<void>; readonly pass: () => Promise<void> } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  let before = 0;
  return {
    opened,
    pass: () => {
      if (++before >= count) open();
      return opened;
    },
  };
}

const TENANTS = new Table(TenantEntity, ['tenantId']);

describeException('units of work at the same moment', () => {
  let servers: TestServer[];
  let database: Database;
  beforeAll(async () => {
    const first = await startServer();
    servers = [first, await startServer(first.environment), await startServer(first.environment)];
    database = first.app.get(Database, { strict: false });
  });
  afterAll(async () => {
    for (const server of servers.toReversed()) await server.close();
  });

  async function newRow(): Promise<{ tenantId: string }> {
    const key = { tenantId: randomUUID() };
    await database.write((manager) =>
      manager.insert(TenantEntity, { ...key, connectionCount: 0, itemCount: 0, groupCount: 0 }),
    );
    return key;
  }

  const increment = async (manager: EntityManager, key: { tenantId: string }): Promise<void> => {
    const { itemCount } = (await TENANTS.lockForUpdate(manager, key))!;
    await manager.update(TenantEntity, key, { itemCount: itemCount + 1 });
  };

  const countOf = async (key: { tenantId: string }): Promise<number> =>
    (await TENANTS.find(database.read, key))!.itemCount;

  it('lose no update of a row that they locked for update', async () => {
    const key = await newRow();
    await Promise.all(Array.from({ length: 40 }, () => database.write((manager) => increment(manager, key))));
    expect(await countOf(key)).toBe(40);
  });

  it('are done again, all of them, if they wait for each other', async () => {
    const [one, other] = [await newRow(), await newRow()];
    let attempts = 0;
    const bothHaveOne = gate(2);
    const both = (first: typeof one, second: typeof one): Promise<void> =>
      database.write(async (manager) => {
        attempts++;
        await increment(manager, first);
        await bothHaveOne.pass();
        await increment(manager, second);
      });
    await Promise.all([both(one, other), both(other, one)]);
    expect([await countOf(one), await countOf(other)]).toEqual([2, 2]);
    expect(attempts).toBeGreaterThan(2);
  });

  it('undo everything if they throw, and leave their connection usable', async () => {
    const key = await newRow();
    for (let round = 0; round < 20; round++) {
      const failing = database.write(async (manager) => {
        await increment(manager, key);
        throw new Error('of the work');
      });
      await expect(failing).rejects.toThrow('of the work');
    }
    await database.write((manager) => increment(manager, key));
    expect(await countOf(key)).toBe(1);
  });

  it('are not acknowledged where they went on after a statement had failed', async () => {
    const key = await newRow();
    const failing = database.write(async (manager) => {
      await increment(manager, key);
      await manager
        .insert(TenantEntity, { ...key, connectionCount: 0, itemCount: 0, groupCount: 0 })
        .catch(() => undefined);
    });
    await expect(failing).rejects.toThrow('went on after one of its statements had failed');
    expect(await countOf(key)).toBe(0);
  });

  it('are neither acknowledged nor done again where the connection is lost while they commit', async () => {
    const own = await startServer();
    const units = own.app.get(Database, { strict: false });
    await query(
      own,
      "CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN NULL; END'",
    );
    await query(
      own,
      'CREATE CONSTRAINT TRIGGER slowly AFTER INSERT ON tenant DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slowly()',
    );
    let attempts = 0;
    const lost = units.write(async (manager) => {
      attempts++;
      await manager.insert(TenantEntity, {
        tenantId: randomUUID(),
        connectionCount: 0,
        itemCount: 0,
        groupCount: 0,
      });
    });
    const outcome = expect(lost).rejects.toThrow(/terminat/);
    const committing =
      "FROM pg_stat_activity WHERE datname = current_database() AND query = 'COMMIT' AND state = 'active'";
    await expect.poll(async () => (await query(own, `SELECT pid ${committing}`)).length).toBe(1);
    await query(own, `SELECT pg_terminate_backend(pid) ${committing}`);
    await outcome;
    expect(attempts).toBe(1);
    expect(await query(own, 'SELECT * FROM tenant')).toEqual([]);
    await own.close();
  });

  it('keep a row that they locked shared from being deleted, and share it', async () => {
    const key = await newRow();
    const order: string[] = [];
    const bothFound = gate(2);
    const sharing = (name: string): Promise<void> =>
      database.write(async (manager) => {
        expect(await TENANTS.lockShared(manager, key)).not.toBeNull();
        order.push(`${name} found it`);
        await bothFound.pass();
        await wait(300);
        // Also one that shares it may count.
        await manager.increment(TenantEntity, key, 'itemCount', 1);
        order.push(`${name} is done`);
      });
    const deleting = async (): Promise<void> => {
      await bothFound.opened;
      await database.write(async (manager) => {
        expect((await TENANTS.lockForUpdate(manager, key))!.itemCount).toBe(2);
        order.push('found to delete');
        await manager.delete(TenantEntity, key);
      });
    };
    await Promise.all([sharing('one'), sharing('two'), deleting()]);
    expect(order.slice(0, 2).toSorted()).toEqual(['one found it', 'two found it']);
    expect(order.at(-1)).toBe('found to delete');
    expect(await database.write((manager) => TENANTS.lockShared(manager, key))).toBeNull();
  });

  it('read while all others write: readers do not wait for them', async () => {
    const key = await newRow();
    const [written, looked] = [gate(1), gate(1)];
    const writing = database.write(async (manager) => {
      await increment(manager, key);
      await written.pass();
      await looked.opened;
    });
    await written.opened;
    expect(await countOf(key)).toBe(0);
    await looked.pass();
    await writing;
    expect(await countOf(key)).toBe(1);
  });

  it('through three servers: of simultaneous creates of one id one is done, and counts are exact', async () => {
    const tenantId = newTenant();
    const as = await tokenOf(servers[0]!, { tenantId });
    const ROUNDS = 20;
    for (let round = 0; round < ROUNDS; round++) {
      const id = newId();
      const answers = await Promise.all(
        servers.map((server) => create(server, validConnection({ id }), { as })),
      );
      expect(answers.map(({ status }) => String(status)).toSorted()).toEqual(['201', '409', '409']);
    }
    expect(
      await query(servers[0]!, 'SELECT "connectionCount" FROM tenant WHERE "tenantId" = ?', [tenantId]),
    ).toEqual([{ connectionCount: ROUNDS }]);
  });

  it('through three servers: of simultaneous changes of one connection none is lost', async () => {
    const as = await tokenOf(servers[0]!, { tenantId: newTenant() });
    const id = newId();
    await create(servers[0]!, validConnection({ id }), { as });
    const patch = (server: TestServer, body: object): ReturnType<typeof send> =>
      send(server, 'PATCH', `/beta/external/connections/${id}`, { as, body });
    for (let round = 0; round < 20; round++) {
      const changes = [{ name: `Name ${round}` }, { description: `Text ${round}` }];
      const answers = await Promise.all(changes.map((body, index) => patch(servers[index]!, body)));
      for (const { status } of answers) expect(status).toBeLessThan(300);
      expect((await read(servers[2]!, id, { as })).body).toMatchObject(Object.assign({}, ...changes));
    }
  });
});
