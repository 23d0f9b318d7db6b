import { beforeAll, describe, expect, it } from 'vitest';
import { type Permission, PERMISSIONS } from '../../../src/identity/permissions/permissions.js';
import { newTenant } from '../../support/callers.js';
import { create, newId, read, validConnection } from '../../support/connections.js';
import { query } from '../../support/database.js';
import { type Kind, opening, registered } from '../../support/contract.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, type Call, send } from '../../support/http.js';
import { routesOf } from '../../support/routes.js';
import { useServer } from '../../support/server.js';
import { RawConnection } from '../../support/socket.js';
import { forge } from '../../support/tokens.js';

const COLLECTION = '/external/connections';
const ROUTES = [
  { method: 'POST', path: COLLECTION, success: 201 },
  { method: 'GET', path: COLLECTION, success: 200 },
  { method: 'GET', path: `${COLLECTION}/{id}`, success: 200 },
] as const;
const KINDS: readonly Kind[] = ['application', 'delegated'];
const CLAIMS = { application: 'roles', delegated: 'scp' } as const;

const cases = ROUTES.flatMap((route) =>
  KINDS.flatMap((kind) =>
    PERMISSIONS.map((permission) => {
      const needed = opening(registered(route.method, route.path), kind);
      const verdict = needed.includes(permission) ? 'lets in' : 'refuses';
      return { ...route, kind, permission, needed, verdict };
    }),
  ),
);

describe('The permission of a token', () => {
  const server = useServer();
  const tenantId = newTenant();
  const existing = newId();
  beforeAll(async () => {
    await create(server, validConnection({ id: existing }), { as: { tenantId } });
  });

  const call = (method: string, path: string, version: string, call: Call): Promise<Answer> =>
    send(server, method, `/${version}${path.replace('{id}', existing)}`, {
      ...(method === 'POST' ? { body: validConnection() } : {}),
      ...call,
    });

  /** Every route that needs a permission, with a key that nothing has: who is let in gets past the guard, and no further. */
  function probes(): { method: string; path: string; route: string; needed: (kind: Kind) => string[] }[] {
    return routesOf(server.app)
      .filter(({ declared }) => declared !== undefined)
      .map(({ method, path }) => {
        const entry = registered(method, path.replace(/^\/(beta|v1\.0)/, ''));
        return {
          method,
          path: path.replaceAll(/:\w+/g, 'nobody'),
          route: `${method} ${path}`,
          needed: (kind) => [...opening(entry, kind)],
        };
      });
  }

  it.each(KINDS.flatMap((kind) => PERMISSIONS.map((permission) => ({ kind, permission }))))(
    'opens the routes that the registry says, and no others, to an $kind token with $permission only [permissionMissing]',
    async ({ kind, permission }) => {
      const as = { tenantId: newTenant(), permissions: [permission], delegated: kind === 'delegated' };
      const opened: string[] = [];
      for (const { method, path, route } of probes()) {
        const { status, body } = await send(server, method, path, { as });
        if (!(status === 403 && body.error.innerError.code === 'InsufficientPermissions')) opened.push(route);
      }
      const expected = probes().filter(({ needed }) => needed(kind).includes(permission));
      expect(opened).toEqual(expected.map(({ route }) => route));
    },
  );

  it('is of no use where the registry has none of its kind [permissionMissing]', async () => {
    const unsupported = KINDS.flatMap((kind) =>
      probes()
        .filter(({ needed }) => needed(kind).length === 0)
        .map((probe) => ({ ...probe, kind })),
    );
    for (const { method, path, kind } of unsupported) {
      const as = { tenantId, delegated: kind === 'delegated' };
      assertGraphError(await send(server, method, path, { as }), {
        status: 403,
        code: 'AccessDenied',
        inner: {
          code: 'InsufficientPermissions',
          message: `Missing scope permissions on the request. The API does not support ${kind} access.`,
        },
      });
    }
  });

  it.each(cases)(
    '$method $path $verdict an $kind token that holds $permission alone [permissionMissing]',
    async ({ method, path, success, kind, permission, needed }) => {
      for (const version of ['beta', 'v1.0']) {
        const as = { tenantId, permissions: [permission], delegated: kind === 'delegated' };
        const answer = await call(method, path, version, { as });
        if (needed.includes(permission)) {
          expect(answer.status, answer.text).toBe(success);
        } else {
          assertGraphError(answer, {
            status: 403,
            code: 'AccessDenied',
            message: "The client doesn't have permission to perform the action.",
            inner: {
              code: 'InsufficientPermissions',
              message: `Missing scope permissions on the request. API requires one of '${needed.join(', ')}' as ${kind} permission. The token's '${CLAIMS[kind]}' claim holds '${permission}'.`,
            },
          });
        }
      }
    },
  );

  it.each(ROUTES)(
    'refuses a token without permissions on $method $path [permissionMissing]',
    async (route) => {
      for (const kind of KINDS) {
        const as = { tenantId, permissions: [], delegated: kind === 'delegated' };
        assertGraphError(await call(route.method, route.path, 'beta', { as }), {
          status: 403,
          code: 'AccessDenied',
          inner: {
            code: 'InsufficientPermissions',
            message: expect.stringMatching(
              new RegExp(`as ${kind} permission\\. The token's '${CLAIMS[kind]}' claim holds none\\.$`),
            ),
          },
        });
      }
    },
  );

  it.each(ROUTES)(
    'refuses a token without the permissions claim on $method $path [permissionMissing]',
    async (route) => {
      const as = await forge(server, { claims: { roles: undefined } });
      const answer = await call(route.method, route.path, 'beta', { as });
      assertGraphError(answer, { status: 403, code: 'AccessDenied' });
      expect(answer.body.error.innerError.message).toContain("The token's 'roles' claim holds none.");
    },
  );

  it.each(ROUTES)(
    'refuses personal accounts on $method $path, whatever they hold [personalAccountNotSupported]',
    async (route) => {
      for (const delegated of [false, true]) {
        const as = { tenantId: '9188040d-6c67-4c5b-b112-36a304b66dad', delegated };
        assertGraphError(await call(route.method, route.path, 'beta', { as }), {
          status: 401,
          code: 'InvalidAuthenticationToken',
          message: 'Access token validation failure.',
          inner: null,
        });
      }
    },
  );

  it.each([
    ['in another case', 'externalconnection.readwrite.all'],
    ['with more behind it', 'ExternalConnection.ReadWrite.AllX'],
    ['hidden from the registry', 'ExternalConnection.Read.OwnedBy'],
    ['of another resource', 'Sites.ReadWrite.All'],
  ])('opens nothing when it is %s [permissionMissing]', async (_, name) => {
    const as = { tenantId, permissions: [name as Permission] };
    const answer = await create(server, validConnection(), { as });
    assertGraphError(answer, { status: 403, code: 'AccessDenied' });
    expect(answer.body.error.innerError.message).toContain(`claim holds '${name}'.`);
  });

  it('opens a route beside others that do not', async () => {
    const permissions: Permission[] = ['ExternalItem.Read.All', 'ExternalConnection.Read.All'];
    for (const delegated of [false, true]) {
      expect((await read(server, existing, { as: { tenantId, permissions, delegated } })).status).toBe(200);
    }
  });

  it('is of the delegated kind when the token has scp as well as roles [permissionMissing]', async () => {
    const roles = ['ExternalConnection.ReadWrite.All'];
    const refused = await forge(server, {
      caller: { tenantId },
      claims: { scp: 'ExternalItem.Read.All', roles },
    });
    assertGraphError(await create(server, validConnection(), { as: refused }), {
      status: 403,
      code: 'AccessDenied',
      inner: {
        code: 'InsufficientPermissions',
        message:
          "Missing scope permissions on the request. API requires one of 'ExternalConnection.ReadWrite.OwnedBy, ExternalConnection.ReadWrite.All' as delegated permission. The token's 'scp' claim holds 'ExternalItem.Read.All'.",
      },
    });
    const scp = 'openid ExternalConnection.ReadWrite.All profile';
    const accepted = await forge(server, { caller: { tenantId }, claims: { scp, roles: [] } });
    expect((await create(server, validConnection(), { as: accepted })).status).toBe(201);
  });

  it('leaves no row if the permission does not suffice for a create [permissionMissing]', async () => {
    const id = newId();
    const as = { tenantId, permissions: ['ExternalConnection.Read.All'] as const };
    expect((await create(server, validConnection({ id }), { as })).status).toBe(403);
    expect((await read(server, id, { as })).status).toBe(404);
    const rows = await query(server, 'SELECT id FROM external_connection WHERE id IN (?, ?)', [id, existing]);
    expect(rows).toEqual([{ id: existing }]);
  });

  describe('is decided before the body', () => {
    const as = { tenantId, permissions: ['ExternalConnection.Read.All'] as const };

    it.each([
      ['is no JSON', '{"id":', 'application/json'],
      ['breaks every rule', '{"id":1,"unknown":2}', 'application/json'],
      ['has another content type', 'id=contosohr', 'text/plain'],
      ['is missing', '', 'application/json'],
    ])('%s [permissionMissing]', async (_, body, type) => {
      const answer = await create(server, body, { as, headers: { 'content-type': type } });
      assertGraphError(answer, {
        status: 403,
        code: 'AccessDenied',
        inner: { code: 'InsufficientPermissions' },
      });
    });

    it('was sent at all [permissionMissing]', async () => {
      const connection = await RawConnection.to(server.url);
      connection.request(`POST /beta${COLLECTION}`, {
        Authorization: `Bearer ${await forge(server, { caller: as })}`,
        'Content-Type': 'application/json',
        'Content-Length': '4000000',
      });
      const text = await connection.received(/"client-request-id":"[^"]+"\}\}\}/);
      connection.close();
      expect(text).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
      expect(text).toContain('"code":"InsufficientPermissions"');
    });
  });
});
