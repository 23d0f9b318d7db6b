import { beforeAll, describe, expect, it } from 'vitest';
import type { CallerOptions } from '../../support/callers.js';
import { newTenant } from '../../support/callers.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import { itemPath, putItem, validItem } from '../../support/items.js';
import { readyConnection } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

const APP_A = 'aaaaaaaa-1111-4111-8111-111111111111';
const APP_B = 'bbbbbbbb-1111-4111-8111-111111111111';
const OWNED = 'ExternalItem.ReadWrite.OwnedBy';
const CALLS = [
  { method: 'PUT', body: validItem(), success: 200, reads: false },
  { method: 'PATCH', body: {}, success: 200, reads: false },
  { method: 'GET', success: 200, reads: true },
  { method: 'LIST', success: 200, reads: true },
  { method: 'DELETE', success: 204, reads: false },
] as const;

describe('who may touch items', () => {
  const tenantId = newTenant();
  const owner: CallerOptions = { tenantId, appId: APP_A };
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let connection: string;
  beforeAll(async () => {
    connection = await readyConnection(server, { as: owner });
  });

  async function call(
    { method, ...rest }: (typeof CALLS)[number],
    as: CallerOptions,
    version = 'beta',
  ): Promise<Answer> {
    const path = itemPath(connection, 'T1', version);
    if (method === 'LIST') return send(server, 'GET', path.slice(0, -'/T1'.length), { as });
    return send(server, method, path, { as, body: 'body' in rest ? rest.body : undefined });
  }

  it.each(
    [false, true].flatMap(
      (delegated) =>
        [
          { delegated, permission: OWNED, reads: true, writes: true },
          { delegated, permission: 'ExternalItem.Read.All', reads: true, writes: false },
          { delegated, permission: 'ExternalItem.ReadWrite.All', reads: true, writes: true },
          { delegated, permission: 'ExternalConnection.ReadWrite.OwnedBy', reads: false, writes: false },
          { delegated, permission: 'ExternalConnection.ReadWrite.All', reads: false, writes: false },
        ] as const,
    ),
  )(
    '$permission, delegated: $delegated, lets read items: $reads, and write them: $writes [permissionMissing]',
    async ({ delegated, permission, reads, writes }) => {
      for (const version of ['beta', 'v1.0']) {
        await putItem(server, connection, 'T1', validItem(), { as: owner });
        for (const one of CALLS) {
          const answer = await call(one, { ...owner, delegated, permissions: [permission] }, version);
          if (one.reads ? reads : writes) expect(answer.status, one.method).toBe(one.success);
          else
            assertGraphError(answer, {
              status: 403,
              code: 'AccessDenied',
              inner: { code: 'InsufficientPermissions', message: expect.stringContaining(permission) },
            });
        }
      }
    },
  );

  it('is, with OwnedBy, an application that the connection names; another is refused [connectionNotOwned]', async () => {
    await putItem(server, connection, 'T1', validItem(), { as: owner });
    for (const delegated of [false, true])
      for (const one of CALLS) {
        const stranger = { tenantId, appId: APP_B, delegated, permissions: [OWNED] } as const;
        assertGraphError(await call(one, stranger), {
          status: 403,
          code: 'AccessDenied',
          inner: {
            code: 'ConnectionNotOwned',
            source: 'Connection',
            message: expect.stringContaining(APP_B),
          },
        });
      }
    await send(server, 'PATCH', `/beta/external/connections/${connection}`, {
      as: owner,
      body: { configuration: { authorizedAppIds: [APP_A, APP_B] } },
    });
    for (const one of CALLS)
      expect((await call(one, { tenantId, appId: APP_B, permissions: [OWNED] })).status).toBe(one.success);
  });

  it('is, with ReadWrite.All, any application of the tenant', async () => {
    await putItem(server, connection, 'T1', validItem(), { as: owner });
    const other = {
      tenantId,
      appId: 'cccccccc-1111-4111-8111-111111111111',
      permissions: ['ExternalItem.ReadWrite.All'],
    } as const;
    for (const one of CALLS) expect((await call(one, other)).status).toBe(one.success);
  });

  it('is nobody of another tenant: the connection is not there for them', async () => {
    await putItem(server, connection, 'T1', validItem(), { as: owner });
    for (const one of CALLS)
      assertGraphError(await call(one, { ...owner, tenantId: newTenant() }), {
        status: 404,
        code: 'ItemNotFound',
        inner: { code: 'ResourceNotFound', source: 'Connection' },
      });
    expect((await call(CALLS[2], owner)).status).toBe(200);
  });
});
