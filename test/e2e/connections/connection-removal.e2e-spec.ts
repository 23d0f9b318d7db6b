import { beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/app.js';
import { newTenant } from '../../support/callers.js';
import { create, ids, newId, read, validConnection } from '../../support/connections.js';
import { query, temporaryDatabase } from '../../support/database.js';
import { assertGraphError } from '../../support/errors.js';
import { type Call, send } from '../../support/http.js';
import { startServer, type TestServer, useServer } from '../../support/server.js';
import { Time } from '../../support/time.js';
import { batch, creating, inner } from '../batch/batches.js';

const HOUR = 3_600_000;
const TAKEN = {
  status: 409,
  code: 'NameAlreadyExists',
  message: 'The specified item name already exists.',
  inner: {
    code: 'ResourceAlreadyExists',
    source: 'Connection',
    message: "'Connection' with the same name already exists.",
  },
} as const;

const remove = (server: TestServer, id: string, call: Call = {}, version = 'beta') =>
  send(server, 'DELETE', `/${version}/external/connections/${id}`, call);

describe('field 3.7: CONNECTION_REMOVAL_MS', () => {
  const server = useServer({ CONNECTION_REMOVAL_MS: String(HOUR), MAX_CONNECTIONS_PER_TENANT: '2' });
  let time: Time;
  beforeAll(async () => {
    time = new Time(server);
  });

  /** Whose token is good for longer than a removal takes. */
  const caller = (tenantId: string): Call => ({ as: { tenantId, lifetimeSeconds: 86_400 } });

  it.each(['beta', 'v1.0'])(
    'keeps the id taken for so long after its DELETE in %s, in any case, while the connection is gone [connectionBeingRemoved]',
    async (version) => {
      const call = caller(newTenant());
      const id = newId();
      await create(server, validConnection({ id }), { ...call, version });
      expect((await remove(server, id, call, version)).status).toBe(202);
      for (const gone of [
        await read(server, id, { ...call, version }),
        await remove(server, id, call, version),
        await send(server, 'PATCH', `/${version}/external/connections/${id}`, {
          ...call,
          body: { name: 'x' },
        }),
        await send(server, 'GET', `/${version}/external/connections/${id}/groups`, call),
      ])
        assertGraphError(gone, { status: 404, code: 'ItemNotFound' });
      expect(ids(await send(server, 'GET', `/${version}/external/connections`, call))).toEqual([]);
      for (const refused of [
        await create(server, validConnection({ id }), { ...call, version }),
        await create(server, validConnection({ id: id.toUpperCase() }), { ...call, version }),
        inner(await batch(server, [creating('1', validConnection({ id }))], { ...call, version }), '1'),
      ]) {
        assertGraphError(refused, TAKEN);
        expect(refused.body.error.details[0].message).toMatch(
          /was deleted, and its removal goes on until \d{4}-\d\d-\d\dT[\d:.]+Z\. Its id is free then\.$/,
        );
      }
      time.pass(HOUR - 60_000);
      assertGraphError(await create(server, validConnection({ id }), { ...call, version }), TAKEN);
      time.pass(61_000);
      expect((await create(server, validConnection({ id }), { ...call, version })).status).toBe(201);
      assertGraphError(await create(server, validConnection({ id }), { ...call, version }), TAKEN);
      expect((await remove(server, id, call, version)).status).toBe(202);
      assertGraphError(await create(server, validConnection({ id }), { ...call, version }), TAKEN);
      time.reset();
    },
  );

  it('holds the id in its own tenant alone, and no place under the limit', async () => {
    const call = caller(newTenant());
    const id = newId();
    await create(server, validConnection({ id }), call);
    await remove(server, id, call);
    for (let count = 0; count < 2; count++)
      expect((await create(server, validConnection(), call)).status).toBe(201);
    assertGraphError(await create(server, validConnection(), call), {
      status: 403,
      code: 'QuotaLimitReached',
    });
    expect((await create(server, validConnection({ id }), caller(newTenant()))).status).toBe(201);
  });

  it('leaves nothing behind of a refused create', async () => {
    const tenantId = newTenant();
    const call = caller(tenantId);
    const id = newId();
    await create(server, validConnection({ id }), call);
    await remove(server, id, call);
    await create(server, validConnection({ id }), call);
    const rows = await query(server, 'SELECT * FROM tenant WHERE "tenantId" = ?', [tenantId]);
    expect(rows).toEqual([expect.objectContaining({ connectionCount: 0 })]);
  });

  it('keeps no more ids than are taken', async () => {
    const tenantId = newTenant();
    const call = caller(tenantId);
    const taken = () =>
      query(server, 'SELECT * FROM external_connection_taken_id WHERE "tenantId" = ?', [tenantId]);
    for (let count = 0; count < 5; count++) {
      const id = newId();
      await create(server, validConnection({ id }), call);
      await remove(server, id, call);
      expect(await taken()).toHaveLength(1);
      time.pass(HOUR + 1);
    }
    time.reset();
  });

  it('gives the id to none of several who delete and create at once', async () => {
    const call = caller(newTenant());
    const id = newId();
    await create(server, validConnection({ id }), call);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        index === 4 ? remove(server, id, call) : create(server, validConnection({ id }), call),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      202,
      ...Array(11).fill(409),
    ]);
  });

  it('holds on every server over the database, and after a restart, whatever the setting is by then', async () => {
    const { environment, remove: removeDatabase } = await temporaryDatabase();
    const first = await startServer({ ...environment, CONNECTION_REMOVAL_MS: String(HOUR) });
    const second = await createApp({ ...first.configuration, connectionRemovalMs: 0 });
    await second.listen(0, '127.0.0.1');
    const other: TestServer = { ...first, app: second, url: await second.getUrl() };
    const id = newId();
    await create(first, validConnection({ id }));
    await remove(first, id);
    assertGraphError(await create(other, validConnection({ id })), TAKEN);
    await second.close();
    await first.close();
    const after = await startServer(environment);
    assertGraphError(await create(after, validConnection({ id })), TAKEN);
    expect((await create(after)).status).toBe(201);
    await after.close();
    await removeDatabase();
  });

  it('is a whole number of milliseconds, 0 by default, with which an id is free at once', async () => {
    await expect(startServer({ CONNECTION_REMOVAL_MS: 'soon' })).rejects.toThrow(
      /CONNECTION_REMOVAL_MS="soon" is invalid/,
    );
    const plain = await startServer();
    const id = newId();
    for (let round = 0; round < 2; round++) {
      expect((await create(plain, validConnection({ id }))).status).toBe(201);
      expect((await remove(plain, id)).status).toBe(202);
    }
    expect(await query(plain, 'SELECT * FROM external_connection_taken_id')).toEqual([]);
    await plain.close();
  });
});
