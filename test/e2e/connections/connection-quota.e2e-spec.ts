import { beforeAll, describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { create, newId, validConnection } from '../../support/connections.js';
import { query } from '../../support/database.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { useServer } from '../../support/server.js';
import { batch, inner } from '../batch/batches.js';

describe('GET /external/connections/{id}/quota', () => {
  const server = useServer({ MAX_ITEMS_PER_CONNECTION: '100', MAX_ITEMS_PER_TENANT: '150' });

  const quota = (id: string, as: object, version = 'beta') =>
    send(server, 'GET', `/${version}/external/connections/${id}/quota`, { as });

  it('is the smaller of what the connection and what its tenant may still have', async () => {
    const as = { tenantId: newTenant() };
    const [one, other] = [newId(), newId()];
    for (const id of [one, other]) await create(server, validConnection({ id }), { as });
    const empty = await quota(one, as);
    expect(empty.body).toEqual({
      '@odata.context': `${server.url}/beta/$metadata#external/connections('${one}')/quota/$entity`,
      itemsRemaining: 100,
    });
    await query(server, 'UPDATE external_connection SET "itemCount" = 90 WHERE "normalizedId" = ?', [one]);
    await query(server, 'UPDATE tenant SET "itemCount" = 90 WHERE "tenantId" = ?', [as.tenantId]);
    expect((await quota(one, as)).body.itemsRemaining).toBe(10);
    expect((await quota(other, as)).body.itemsRemaining).toBe(60);
    await send(server, 'DELETE', `/beta/external/connections/${one}`, { as });
    expect((await quota(other, as)).body.itemsRemaining).toBe(100);
  });

  it('is for applications with ExternalConnection.ReadWrite.OwnedBy alone', async () => {
    const tenantId = newTenant();
    const id = newId();
    await create(server, validConnection({ id }), { as: { tenantId } });
    const all = { tenantId, permissions: ['ExternalConnection.ReadWrite.All'] };
    assertGraphError(await quota(id, all), { status: 403, code: 'AccessDenied' });
    assertGraphError(await quota(id, { tenantId, delegated: true }), {
      status: 403,
      code: 'AccessDenied',
      inner: {
        code: 'InsufficientPermissions',
        message: expect.stringContaining('does not support delegated access'),
      },
    });
  });

  describe('field 6: with query options', () => {
    const id = newId();
    const as = { tenantId: newTenant() };
    beforeAll(() => create(server, validConnection({ id }), { as }));

    it.each([
      ['$select=itemsRemaining', '(itemsRemaining)', { itemsRemaining: 100 }],
      ['select=itemsRemaining', '(itemsRemaining)', { itemsRemaining: 100 }],
      ['$select=*', '', { itemsRemaining: 100 }],
      ['$select=id', '(id)', {}],
      ['$format=json', '', { itemsRemaining: 100 }],
      ['custom=ignored', '', { itemsRemaining: 100 }],
    ])('%s is obeyed', async (query, selected, body) => {
      const answer = await send(server, 'GET', `/beta/external/connections/${id}/quota?${query}`, { as });
      expect(answer.status, answer.text).toBe(200);
      expect(answer.body).toEqual({
        '@odata.context': `${server.url}/beta/$metadata#external/connections('${id}')/quota${selected}/$entity`,
        ...body,
      });
    });

    it.each([
      '$select=colour',
      '$select=',
      '$filter=itemsRemaining eq 1',
      '$top=1',
      '$expand=items',
      '$orderby=itemsRemaining',
      '$colour=red',
      '$format=xml',
    ])('%s is refused', async (query) => {
      const path = `/external/connections/${id}/quota?${query}`;
      for (const answer of [
        await send(server, 'GET', `/beta${path}`, { as }),
        inner(await batch(server, [{ id: '1', method: 'GET', url: path }], { as }), '1'),
      ])
        assertGraphError(answer, { status: 400, code: 'BadRequest' });
    });
  });

  it('does not exist in v1.0', async () => {
    assertGraphError(await quota('contosohr', {}, 'v1.0'), {
      status: 400,
      code: 'BadRequest',
      message: "Resource not found for the segment 'quota'.",
    });
  });
});
