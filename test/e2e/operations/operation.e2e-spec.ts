import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CallerOptions, newTenant } from '../../support/callers.js';
import { newId, read } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import {
  draftConnection,
  operationPath,
  property,
  readSchema,
  register,
  validSchema,
} from '../../support/schemas.js';
import { startServer, useServer } from '../../support/server.js';
import { Time } from '../../support/time.js';

const MINUTE = 60_000;
const NOT_FOUND = {
  status: 404,
  code: 'ItemNotFound',
  inner: {
    code: 'ResourceNotFound',
    source: 'ConnectionOperation',
    message: "'ConnectionOperation' was not found.",
  },
} as const;

describe('an operation', () => {
  let time: Time;
  const failing = newId();
  const server = useServer({
    SCHEMA_PROVISIONING_MS: String(MINUTE),
    FAIL_SCHEMA_OF: `other,${failing.toUpperCase()}`,
  });
  beforeAll(async () => {
    time = new Time(server);
  });
  afterEach(() => time.reset());

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    it('is inprogress until SCHEMA_PROVISIONING_MS have passed, and completed from then on', async () => {
      const id = await draftConnection(server);
      const path = operationPath(await register(server, id, validSchema(), { version }));
      const operation = async (): Promise<unknown> => (await send(server, 'GET', path)).body;
      const shown = {
        '@odata.context': `${server.url}/${version}/$metadata#external/connections('${id}')/operations/$entity`,
        id: path.split('/').at(-1),
        error: null,
      };
      expect(await operation()).toEqual({ ...shown, status: 'inprogress' });
      time.pass(MINUTE / 2);
      expect(await operation()).toEqual({ ...shown, status: 'inprogress' });
      time.pass(MINUTE / 2);
      expect(await operation()).toEqual({ ...shown, status: 'completed' });
      time.pass(10 * MINUTE);
      expect(await operation()).toEqual({ ...shown, status: 'completed' });
    });

    it('answers 404 if it is not there [operationNotFound]', async () => {
      const [id, other] = [await draftConnection(server), await draftConnection(server)];
      const path = operationPath(await register(server, other, validSchema(), { version }));
      const foreign = path.replace(other, id);
      for (const missing of [
        foreign,
        `/${version}/external/connections/${id}/operations/none`,
        `/${version}/external/connections/${id}/operations/1.neu.0a.0b`,
        `/${version}/external/connections/${id}/operations/${'x'.repeat(300)}`,
      ])
        assertGraphError(await send(server, 'GET', missing), NOT_FOUND);
      assertGraphError(await send(server, 'GET', path.replace(other, newId())), {
        status: 404,
        code: 'ItemNotFound',
        inner: { code: 'ResourceNotFound', source: 'Connection' },
      });
    });

    it('is found by the key syntax of OData, and by its id in another case', async () => {
      const id = await draftConnection(server);
      const operation = operationPath(await register(server, id, validSchema(), { version }))
        .split('/')
        .at(-1)!;
      for (const path of [
        `connections('${id}')/operations('${operation}')`,
        `connections/${id.toUpperCase()}/operations/${operation.toUpperCase()}`,
      ]) {
        const answer = await send(server, 'GET', `/${version}/external/${path}`);
        expect(answer.body.id, answer.text).toBe(operation);
      }
    });

    it('is read by the owner and with .All, not by another application (403) nor another tenant (404)', async () => {
      const owner: CallerOptions = {
        tenantId: newTenant(),
        permissions: ['ExternalConnection.ReadWrite.OwnedBy'],
      };
      const other = { appId: '1c1c9a6a-5a7c-4f0e-8b1d-0a2b3c4d5e6f', tenantId: owner.tenantId };
      const id = await draftConnection(server, { as: owner });
      const path = operationPath(await register(server, id, validSchema(), { as: owner, version }));
      expect((await send(server, 'GET', path, { as: owner })).status).toBe(200);
      for (const delegated of [false, true]) {
        const as: CallerOptions = { ...other, delegated, permissions: ['ExternalConnection.Read.All'] };
        expect((await send(server, 'GET', path, { as })).status).toBe(200);
      }
      assertGraphError(await send(server, 'GET', path, { as: { ...owner, ...other } }), {
        status: 403,
        code: 'AccessDenied',
        inner: { code: 'ConnectionNotOwned' },
      });
      assertGraphError(await send(server, 'GET', path, { as: { tenantId: newTenant() } }), {
        status: 404,
        code: 'ItemNotFound',
        inner: { code: 'ResourceNotFound', source: 'Connection' },
      });
      const items: CallerOptions = { ...owner, permissions: ['ExternalItem.ReadWrite.All'] };
      assertGraphError(await send(server, 'GET', path, { as: items }), {
        status: 403,
        code: 'AccessDenied',
        inner: { code: 'InsufficientPermissions' },
      });
    });
  });

  it('cannot be changed, removed or made by hand', async () => {
    const id = await draftConnection(server);
    const path = operationPath(await register(server, id));
    assertGraphError(await send(server, 'PUT', path, { body: {} }), { status: 405, code: 'BadRequest' });
    const list = path.slice(0, path.lastIndexOf('/'));
    for (const [method, of] of [
      ['PATCH', path],
      ['DELETE', path],
      ['POST', list],
    ] as const)
      assertGraphError(await send(server, method, of, { body: {} }), {
        status: 501,
        code: 'NotImplementedByGraphConnections',
      });
    expect((await send(server, 'GET', path)).body.status).toBe('inprogress');
  });

  describe('of a connection that FAIL_SCHEMA_OF names', () => {
    it('fails: 200, status failed, error with code and message; the connection stays draft, without schema', async () => {
      const as = { tenantId: newTenant() };
      await send(server, 'POST', '/beta/external/connections', {
        as,
        body: { id: failing, name: 'Fails' },
      });
      const registered = await register(server, failing, validSchema(), { as });
      expect(registered.status, registered.text).toBe(202);
      const path = operationPath(registered);
      expect((await send(server, 'GET', path, { as })).body).toMatchObject({
        status: 'inprogress',
        error: null,
      });
      assertGraphError(await register(server, failing, validSchema(), { as }), {
        status: 409,
        code: 'NotAllowed',
      });
      time.pass(MINUTE);
      const failed = await send(server, 'GET', path, { as });
      expect(failed.status).toBe(200);
      expect(failed.body).toMatchObject({
        status: 'failed',
        error: {
          code: 'SchemaRegistrationFailed',
          message: expect.stringContaining('FAIL_SCHEMA_OF'),
        },
      });
      expect((await read(server, failing, { as })).body.state).toBe('draft');
      expect((await readSchema(server, failing, { as })).status).toBe(404);
      expect((await register(server, failing, validSchema(), { as })).status).toBe(202);
    });

    it('fails where there is a schema: that one stays in force, and the connection ready', async () => {
      // The name of a connection decides, so one is registered before its name is on the list.
      const quick = await startServer({ SCHEMA_PROVISIONING_MS: '0' });
      try {
        const id = await draftConnection(quick);
        expect((await register(quick, id)).status).toBe(202);
        (quick.configuration.schema.failOf as string[]).push(id);
        const update = await register(quick, id, validSchema(property(), property({ name: 'more' })));
        expect((await send(quick, 'GET', operationPath(update))).body.status).toBe('failed');
        expect((await readSchema(quick, id)).body.properties).toHaveLength(1);
        expect((await read(quick, id)).body.state).toBe('ready');
      } finally {
        await quick.close();
      }
    });
  });

  it('is completed at once if SCHEMA_PROVISIONING_MS is 0, and the next may begin', async () => {
    const quick = await startServer({ SCHEMA_PROVISIONING_MS: '0' });
    try {
      const id = await draftConnection(quick);
      for (let count = 0; count < 3; count++) {
        const answer = await register(quick, id);
        expect(answer.status, answer.text).toBe(202);
        expect((await send(quick, 'GET', operationPath(answer))).body.status).toBe('completed');
        expect((await read(quick, id)).body.state).toBe('ready');
      }
    } finally {
      await quick.close();
    }
  });
});
