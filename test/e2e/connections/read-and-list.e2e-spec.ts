import { describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { create, ids, read, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { useServer } from '../../support/server.js';

const APP_A = 'aaaaaaaa-1111-4111-8111-111111111111';
const APP_B = 'bbbbbbbb-1111-4111-8111-111111111111';
const OWNED_BY = ['ExternalConnection.ReadWrite.OwnedBy'] as const;

describe('reading connections', () => {
  const server = useServer();

  const list = (as: object, version = 'beta') =>
    send(server, 'GET', `/${version}/external/connections`, { as });

  it('answers 404 for a connection that is not there [connectionNotFound]', async () => {
    assertGraphError(await read(server, 'missing'), {
      status: 404,
      code: 'ItemNotFound',
      message: 'The requested resource does not exist.',
      inner: { code: 'ResourceNotFound', source: 'Connection', message: "'Connection' was not found." },
    });
  });

  it('finds a connection by its id in any case, and answers the id as it was written', async () => {
    const as = { tenantId: newTenant() };
    await create(server, validConnection({ id: 'ContosoHr' }), { as });
    for (const id of ['ContosoHr', 'contosohr', 'CONTOSOHR']) {
      expect((await read(server, id, { as })).body.id).toBe('ContosoHr');
    }
  });

  it('hides the connections of another tenant', async () => {
    const [one, other] = [{ tenantId: newTenant() }, { tenantId: newTenant() }];
    const body = validConnection();
    await create(server, body, { as: one });
    assertGraphError(await read(server, body.id as string, { as: other }), {
      status: 404,
      code: 'ItemNotFound',
    });
    expect(ids(await list(other))).toEqual([]);
    expect(ids(await list(one))).toEqual([body.id]);
  });

  it('answers a collection with its context, also when it is empty', async () => {
    const as = { tenantId: newTenant() };
    for (const version of ['beta', 'v1.0']) {
      const answer = await list(as, version);
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        '@odata.context': `${server.url}/${version}/$metadata#external/connections`,
        value: [],
      });
    }
  });

  it('refuses an OwnedBy caller a connection of another application of its tenant [connectionNotOwned]', async () => {
    const tenantId = newTenant();
    const body = validConnection();
    await create(server, body, { as: { tenantId, appId: APP_A } });
    const stranger = { tenantId, appId: APP_B, permissions: OWNED_BY };
    assertGraphError(await read(server, body.id as string, { as: stranger }), {
      status: 403,
      code: 'AccessDenied',
      message: "The client doesn't have permission to perform the action.",
      inner: { code: 'ConnectionNotOwned', source: 'Connection', message: expect.stringContaining(APP_B) },
    });
    const owner = { tenantId, appId: APP_A, permissions: OWNED_BY };
    expect((await read(server, body.id as string, { as: owner })).status).toBe(200);
    for (const permission of ['ExternalConnection.Read.All', 'ExternalConnection.ReadWrite.All'] as const) {
      const all = { tenantId, appId: APP_B, permissions: [permission] };
      expect((await read(server, body.id as string, { as: all })).status).toBe(200);
    }
  });

  it('lists an OwnedBy caller its own connections and those that name its application', async () => {
    const tenantId = newTenant();
    const own = validConnection({ id: 'own1' });
    const shared = validConnection({
      id: 'shared1',
      configuration: { authorizedAppIds: [APP_B.toUpperCase()] },
    });
    const foreign = validConnection({ id: 'foreign1' });
    await create(server, own, { as: { tenantId, appId: APP_B } });
    await create(server, shared, { as: { tenantId, appId: APP_A } });
    await create(server, foreign, { as: { tenantId, appId: APP_A } });
    expect(ids(await list({ tenantId, appId: APP_B, permissions: OWNED_BY }))).toEqual(['own1', 'shared1']);
    const all = { tenantId, appId: APP_B, permissions: ['ExternalConnection.Read.All'] };
    expect(ids(await list(all))).toEqual(['foreign1', 'own1', 'shared1']);
  });

  it('answers 409 for an id that another application of the tenant holds', async () => {
    const tenantId = newTenant();
    const body = validConnection();
    await create(server, body, { as: { tenantId, appId: APP_A } });
    const stranger = { tenantId, appId: APP_B, permissions: OWNED_BY };
    assertGraphError(await create(server, body, { as: stranger }), {
      status: 409,
      code: 'NameAlreadyExists',
    });
  });
});
