import { describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { create, ids, newId, read, validConnection } from '../../support/connections.js';
import { query, temporaryDatabase } from '../../support/database.js';
import { assertGraphError } from '../../support/errors.js';
import { type Call, send } from '../../support/http.js';
import { startServer, type TestServer, useServer } from '../../support/server.js';
import { until } from '../../support/until.js';

const CHILDREN = 'external_connection_authorized_app';

const remove = (server: TestServer, id: string, call: Call = {}) =>
  send(server, 'DELETE', `/beta/external/connections/${id}`, call);

/** Rows below a connection, more than anyone could send. */
async function addChildren(server: TestServer, id: string, count: number): Promise<string> {
  const rows = await query<{ connectionKey: string }>(
    server,
    'SELECT "connectionKey" FROM external_connection WHERE "normalizedId" = ?',
    [id],
  );
  const { connectionKey } = rows[0]!;
  await query(
    server,
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
     INSERT INTO ${CHILDREN} SELECT ?, 'app' || i FROM n`,
    [count, connectionKey],
  );
  return connectionKey;
}

const count = async (server: TestServer, connectionKey: string): Promise<number> => {
  const rows = await query<{ n: number }>(
    server,
    `SELECT count(*) AS n FROM ${CHILDREN} WHERE "connectionKey" = ?`,
    [connectionKey],
  );
  return rows[0]!.n;
};

describe('DELETE /external/connections/{id}', () => {
  const server = useServer();

  it('answers 202 without a body, and the connection is gone for every request', async () => {
    const as = { tenantId: newTenant() };
    const id = newId();
    await create(server, validConnection({ id }), { as });
    const answer = await remove(server, id.toUpperCase(), { as });
    expect(answer.status).toBe(202);
    expect(answer.text).toBe('');
    expect(answer.headers.get('content-type')).toBeNull();
    for (const gone of [
      await read(server, id, { as }),
      await remove(server, id, { as }),
      await send(server, 'PATCH', `/beta/external/connections/${id}`, { as, body: { name: 'x' } }),
    ]) {
      assertGraphError(gone, { status: 404, code: 'ItemNotFound' });
    }
    expect(ids(await send(server, 'GET', '/beta/external/connections', { as }))).toEqual([]);
  });

  it('gives back a place under the limit', async () => {
    const small = await startServer({ MAX_CONNECTIONS_PER_TENANT: '1' });
    try {
      for (let round = 0; round < 3; round++) {
        const id = newId();
        expect((await create(small, validConnection({ id }))).status).toBe(201);
        expect((await create(small)).status).toBe(403);
        expect((await remove(small, id)).status).toBe(202);
      }
    } finally {
      await small.close();
    }
  });

  it('is refused with an ETag, for another application, and for another tenant', async () => {
    const tenantId = newTenant();
    const id = newId();
    await create(server, validConnection({ id }), { as: { tenantId } });
    const stranger = {
      tenantId,
      appId: 'bbbbbbbb-1111-4111-8111-111111111111',
      permissions: ['ExternalConnection.ReadWrite.OwnedBy'],
    } as const;
    assertGraphError(await remove(server, id, { as: { tenantId }, headers: { 'if-match': '"x"' } }), {
      status: 412,
      code: 'ResourceModified',
    });
    assertGraphError(await remove(server, id, { as: stranger }), { status: 403, code: 'AccessDenied' });
    assertGraphError(await remove(server, id, { as: { tenantId: newTenant() } }), {
      status: 404,
      code: 'ItemNotFound',
    });
    expect((await read(server, id, { as: { tenantId } })).status).toBe(200);
  });

  it('frees the id at once: a new connection of it keeps its rows while those of the old one are still removed', async () => {
    const id = newId();
    const as = { tenantId: newTenant() };
    await create(server, validConnection({ id }), { as });
    const old = await addChildren(server, id, 6_000);
    await remove(server, id, { as });
    expect((await create(server, validConnection({ id, name: 'The new one' }), { as })).status).toBe(201);
    expect(await count(server, old)).toBeGreaterThan(0);
    const fresh = await addChildren(server, id, 1_000);
    await until(async () => (await count(server, old)) === 0);
    expect(await count(server, fresh)).toBe(1_001);
    expect((await read(server, id, { as })).body.name).toBe('The new one');
  });

  it('goes on by itself after a restart', async () => {
    const { environment, remove: removeDatabase } = await temporaryDatabase();
    const id = newId();
    const before = await startServer(environment);
    await create(before, validConnection({ id }));
    const key = await addChildren(before, id, 8_000);
    await remove(before, id);
    await before.close();
    expect(await count(before, key)).toBeGreaterThan(0);
    const after = await startServer(environment);
    await until(async () => (await count(after, key)) === 0);
    await until(async () => (await query(after, 'SELECT * FROM external_connection_removal')).length === 0);
    await after.close();
    await removeDatabase();
  });
});
