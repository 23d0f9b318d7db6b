import { beforeAll, describe, expect, it } from 'vitest';
import { create, ids, read } from '../../support/connections.js';
import { query } from '../../support/database.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { deleteItem, getItem, listItems, putItem, validItem } from '../../support/items.js';
import { ended, readyConnection, register } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';
import { until } from '../../support/until.js';

describe('DELETE /external/connections/{id}/items/{id}', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let connection: string;
  beforeAll(async () => {
    connection = await readyConnection(server);
  });

  const ingested = async (id: string): Promise<number> => (await read(server, id)).body.ingestedItemsCount;

  it.each(['beta', 'v1.0'])('answers 204 without a body in %s, and the item is gone', async (version) => {
    await putItem(server, connection, 'T1', validItem());
    const answer = await deleteItem(server, connection, 'T1', { version });
    expect(answer.status).toBe(204);
    expect(answer.text).toBe('');
    expect(answer.headers.get('content-type')).toBeNull();
    expect((await getItem(server, connection, 'T1')).status).toBe(404);
    expect(await ingested(connection)).toBe(0);
  });

  it('answers 404 for an item that is not there, and counts nothing [itemNotFound]', async () => {
    await putItem(server, connection, 'T2', validItem());
    for (const id of ['missing', 't2'])
      assertGraphError(await deleteItem(server, connection, id), {
        status: 404,
        code: 'ItemNotFound',
        inner: { code: 'ResourceNotFound', source: 'ExternalItem', message: "'ExternalItem' was not found." },
      });
    expect(await ingested(connection)).toBe(1);
    await deleteItem(server, connection, 'T2');
    assertGraphError(await deleteItem(server, connection, 'T2'), { status: 404, code: 'ItemNotFound' });
    expect(await ingested(connection)).toBe(0);
  });

  it('answers 404 for a connection that is not there', async () => {
    assertGraphError(await deleteItem(server, 'missing', 'T1'), {
      status: 404,
      code: 'ItemNotFound',
      inner: { code: 'ResourceNotFound', source: 'Connection' },
    });
  });

  it('lets the id be used again, and nothing of the old item is left', async () => {
    await putItem(server, connection, 'T3', validItem({ content: { type: 'text', value: 'old' } }));
    await deleteItem(server, connection, 'T3');
    assertGraphError(await putItem(server, connection, 'T3', { properties: { title: 'new' } }), {
      status: 400,
      code: 'InvalidRequest',
      inner: { code: 'InvalidAcl' },
    });
    expect((await putItem(server, connection, 'T3', validItem())).body).not.toHaveProperty('content');
    await deleteItem(server, connection, 'T3');
  });

  it('goes with its connection: a new one of the same id has none of the old items', async () => {
    const tenantItems = async (): Promise<unknown> =>
      (await query<{ n: number }>(server, 'SELECT sum("itemCount") AS "n" FROM "tenant"'))[0]!.n;
    const before = await tenantItems();
    const id = await readyConnection(server);
    const items = Array.from({ length: 300 }, (_, index) => `T${index}`);
    await Promise.all(items.map((item) => putItem(server, id, item)));
    expect(await ingested(id)).toBe(300);
    await send(server, 'DELETE', `/beta/external/connections/${id}`);
    assertGraphError(await getItem(server, id, 'T1'), {
      status: 404,
      code: 'ItemNotFound',
      inner: { code: 'ResourceNotFound', source: 'Connection' },
    });
    expect(await tenantItems()).toBe(before);

    await create(server, { id, name: 'Again' });
    expect((await read(server, id)).body).toMatchObject({ state: 'draft' });
    expect(ids(await listItems(server, id))).toEqual([]);
    const registered = await register(server, id);
    await ended(server, registered.headers.get('location')!);
    expect(await ingested(id)).toBe(0);
    assertGraphError(await getItem(server, id, 'T1'), { status: 404, code: 'ItemNotFound' });
    assertGraphError(await putItem(server, id, 'T1', { properties: { title: 'x' } }), {
      status: 400,
      code: 'InvalidRequest',
    });
    expect((await putItem(server, id, 'T1', validItem({ properties: { title: 'new' } }))).status).toBe(200);

    const rows = async (): Promise<number> =>
      (await query<{ n: number }>(server, 'SELECT count(*) AS "n" FROM "external_item"'))[0]!.n;
    await until(async () => (await rows()) <= 1);
    expect(await rows()).toBe(1);
    expect(ids(await listItems(server, id))).toEqual(['T1']);
    expect(await ingested(id)).toBe(1);
  });
});
