import { describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { read } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { deleteItem, getItem, patchItem, putItem, validItem } from '../../support/items.js';
import { readyConnection } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

describe('the limits of items', () => {
  const server = useServer({
    SCHEMA_PROVISIONING_MS: '0',
    MAX_ITEMS_PER_CONNECTION: '3',
    MAX_ITEMS_PER_TENANT: '5',
  });

  const refused = (message: string) => ({
    status: 403,
    code: 'QuotaLimitReached',
    message: 'The user has reached their quota limit.',
    inner: { code: 'ItemLimitReached', source: 'Connection', message },
  });
  const OF_CONNECTION = refused('The total quota utilization for your connection has reached its limit.');
  const OF_TENANT = refused('The total quota utilization of your tenant has reached its limit.');

  /** A tenant, and what its connections say of themselves. */
  function tenant() {
    const as = { tenantId: newTenant() };
    return {
      as,
      ready: () => readyConnection(server, { as }),
      put: (connection: string, id: string) => putItem(server, connection, id, validItem(), { as }),
      remove: (connection: string, id: string) => deleteItem(server, connection, id, { as }),
      says: async (connection: string): Promise<[state: string, ingested: number, remaining: number]> => {
        const { body } = await read(server, connection, { as });
        const quota = await send(server, 'GET', `/beta/external/connections/${connection}/quota`, { as });
        const v1 = await read(server, connection, { as, version: 'v1.0' });
        expect(v1.body.state).toBe(body.state);
        expect(v1.body).not.toHaveProperty('ingestedItemsCount');
        const listed = await send(server, 'GET', '/beta/external/connections', { as });
        const entry = listed.body.value.find(({ id }: { id: string }) => id === connection);
        expect(entry).toMatchObject({ state: body.state, ingestedItemsCount: body.ingestedItemsCount });
        return [body.state, body.ingestedItemsCount, quota.body.itemsRemaining];
      },
    };
  }

  it('make a full connection limitExceeded: no new items, but updates and deletes, and ready again below [itemLimitReached]', async () => {
    const { as, ready, put, remove, says } = tenant();
    const connection = await ready();
    expect(await says(connection)).toEqual(['ready', 0, 3]);
    for (const [index, id] of ['T1', 'T2', 'T3'].entries()) {
      expect((await put(connection, id)).status).toBe(200);
      expect(await says(connection)).toEqual([index === 2 ? 'limitExceeded' : 'ready', index + 1, 2 - index]);
    }
    for (let round = 0; round < 2; round++) {
      assertGraphError(await put(connection, 'T4'), OF_CONNECTION);
      expect((await getItem(server, connection, 'T4', { as })).status).toBe(404);
      expect(await says(connection)).toEqual(['limitExceeded', 3, 0]);
    }
    expect((await put(connection, 'T2')).status).toBe(200);
    expect((await patchItem(server, connection, 'T1', { properties: { title: 'x' } }, { as })).status).toBe(
      200,
    );
    expect((await getItem(server, connection, 'T1', { as })).body.properties).toEqual({ title: 'x' });
    expect((await remove(connection, 'T1')).status).toBe(204);
    expect(await says(connection)).toEqual(['ready', 2, 1]);
    expect((await put(connection, 'T4')).status).toBe(200);
    expect(await says(connection)).toEqual(['limitExceeded', 3, 0]);
  });

  it('make every connection of a full tenant limitExceeded, until items or connections go [itemLimitReached]', async () => {
    const { as, ready, put, remove, says } = tenant();
    const [one, other] = [await ready(), await ready()];
    for (const id of ['T1', 'T2', 'T3']) await put(one, id);
    expect(await says(other)).toEqual(['ready', 0, 2]);
    for (const id of ['T1', 'T2']) expect((await put(other, id)).status).toBe(200);
    expect(await says(one)).toEqual(['limitExceeded', 3, 0]);
    expect(await says(other)).toEqual(['limitExceeded', 2, 0]);
    assertGraphError(await put(other, 'T3'), OF_TENANT);
    expect(await says(other)).toEqual(['limitExceeded', 2, 0]);
    expect((await put(other, 'T2')).status).toBe(200);
    await remove(one, 'T1');
    expect(await says(one)).toEqual(['ready', 2, 1]);
    expect(await says(other)).toEqual(['ready', 2, 1]);
    expect((await put(other, 'T3')).status).toBe(200);
    await send(server, 'DELETE', `/beta/external/connections/${one}`, { as });
    expect(await says(other)).toEqual(['limitExceeded', 3, 0]);
    const third = await ready();
    expect(await says(third)).toEqual(['ready', 0, 2]);
  });

  it('do not reach into another tenant', async () => {
    const full = tenant();
    const connection = await full.ready();
    for (const id of ['T1', 'T2', 'T3']) await full.put(connection, id);
    const other = tenant();
    expect(await other.says(await other.ready())).toEqual(['ready', 0, 3]);
  });

  it('cannot be passed by many at once', async () => {
    const { ready, put, says } = tenant();
    const [one, other] = [await ready(), await ready()];
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => put(index % 2 === 0 ? one : other, `T${index}`)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(35);
    const counts = [(await says(one))[1], (await says(other))[1]];
    expect(counts.toSorted((a, b) => a - b)).toEqual([2, 3]);
  });
});
