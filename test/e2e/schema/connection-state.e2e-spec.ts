import { DataSource } from 'typeorm';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { create, ids, newId, read, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import {
  draftConnection,
  operationPath,
  operations,
  property,
  readSchema,
  register,
  schemaPath,
  validSchema,
} from '../../support/schemas.js';
import { useServer } from '../../support/server.js';
import { Time } from '../../support/time.js';
import { until } from '../../support/until.js';

const MINUTE = 60_000;

describe('the state of a connection', () => {
  const server = useServer({
    SCHEMA_PROVISIONING_MS: String(MINUTE),
    MAX_ITEMS_PER_CONNECTION: '100',
    MAX_ITEMS_PER_TENANT: '150',
  });
  let time: Time;
  beforeAll(async () => {
    time = new Time(server);
  });
  afterEach(() => time.reset());

  const list = (as: object, query: string, version = 'beta'): Promise<Answer> =>
    send(server, 'GET', `/${version}/external/connections?${query}`, { as });
  /** As if so many items had been ingested. */
  const fill = async (id: string, tenantId: string, count: number): Promise<void> => {
    const database = server.app.get(DataSource);
    await database.query(
      `UPDATE external_connection SET "itemCount" = ${count} WHERE "normalizedId" = '${id}'`,
    );
    await database.query(
      `UPDATE tenant SET "itemCount" = (SELECT sum("itemCount") FROM external_connection WHERE "tenantId" = '${tenantId}') WHERE "tenantId" = '${tenantId}'`,
    );
  };

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    const state = async (id: string, as: object = {}): Promise<unknown> =>
      (await read(server, id, { as, version })).body.state;

    it('is draft after the creation, draft while its schema is registered, and ready when that has ended', async () => {
      const created = await create(server, validConnection(), { version });
      expect(created.body.state).toBe('draft');
      const { id } = created.body;
      expect(await state(id)).toBe('draft');
      await register(server, id, validSchema(), { version });
      expect(await state(id)).toBe('draft');
      time.pass(MINUTE);
      expect(await state(id)).toBe('ready');
    });

    it('stays ready while its schema is updated', async () => {
      const id = await draftConnection(server);
      await register(server, id);
      time.pass(MINUTE);
      expect((await register(server, id, validSchema(property(), property({ name: 'b' })))).status).toBe(202);
      expect(await state(id)).toBe('ready');
      time.pass(MINUTE);
      expect(await state(id)).toBe('ready');
    });

    it('allows a PATCH and a DELETE of the connection in every state', async () => {
      const id = await draftConnection(server);
      const path = `/${version}/external/connections/${id}`;
      const rename = (): Promise<Answer> => send(server, 'PATCH', path, { body: { name: 'x' } });
      expect((await rename()).status).toBe(204);
      await register(server, id);
      expect((await rename()).status).toBe(204);
      time.pass(MINUTE);
      expect((await rename()).status).toBe(204);
      expect(await state(id)).toBe('ready');
      expect((await readSchema(server, id)).status).toBe(200);
      expect((await send(server, 'DELETE', path)).status).toBe(202);
    });

    it('is what $filter finds and the list shows, also by the clock', async () => {
      const as = { tenantId: newTenant() };
      const [draft, registered] = [
        await draftConnection(server, { as }),
        await draftConnection(server, { as }),
      ];
      await register(server, registered, validSchema(), { as });
      const having = async (filter: string): Promise<string[]> =>
        ids(await list(as, `$filter=${encodeURIComponent(filter)}`, version));
      expect((await having("state eq 'draft'")).toSorted()).toEqual([draft, registered].toSorted());
      expect(await having("state eq 'ready'")).toEqual([]);
      time.pass(MINUTE);
      expect(await having("state eq 'draft'")).toEqual([draft]);
      expect(await having("state eq 'ready'")).toEqual([registered]);
      expect(await having("state ne 'draft'")).toEqual([registered]);
      expect(await having("state in ('draft','limitExceeded')")).toEqual([draft]);
      expect((await having("not (state eq 'obsolete')")).toSorted()).toEqual([draft, registered].toSorted());
      const count = await send(
        server,
        'GET',
        `/${version}/external/connections/$count?$filter=state%20eq%20'ready'`,
        { as },
      );
      expect(count.text).toBe('1');
      const shown = (await list(as, '$select=id,state', version)).body.value as {
        id: string;
        state: string;
      }[];
      expect(Object.fromEntries(shown.map((one) => [one.id, one.state]))).toEqual({
        [draft]: 'draft',
        [registered]: 'ready',
      });
    });

    it('is nothing to sort by: it changes by itself between two pages', async () => {
      assertGraphError(await list({}, '$orderby=state', version), { status: 400, code: 'BadRequest' });
    });

    it('is ignored if a client sends it', async () => {
      const created = await create(server, validConnection({ state: 'ready' }), { version });
      expect(created.body.state).toBe('draft');
      const path = `/${version}/external/connections/${created.body.id}`;
      await send(server, 'PATCH', path, { body: { state: 'ready', name: 'x' } });
      expect(await state(created.body.id)).toBe('draft');
    });

    it('is limitExceeded while the connection has as many items as it may, and ready again below', async () => {
      const as = { tenantId: newTenant() };
      const id = await draftConnection(server, { as });
      await register(server, id, validSchema(), { as });
      time.pass(MINUTE);
      await fill(id, as.tenantId, 100);
      expect(await state(id, as)).toBe('limitExceeded');
      expect(ids(await list(as, "$filter=state%20eq%20'limitExceeded'", version))).toEqual([id]);
      expect(ids(await list(as, "$filter=state%20eq%20'ready'", version))).toEqual([]);
      await fill(id, as.tenantId, 99);
      expect(await state(id, as)).toBe('ready');
    });

    it('is limitExceeded for every ready connection of a tenant that has as many items as it may', async () => {
      const as = { tenantId: newTenant() };
      const [one, other, draft] = [
        await draftConnection(server, { as }),
        await draftConnection(server, { as }),
        await draftConnection(server, { as }),
      ];
      for (const id of [one, other]) await register(server, id, validSchema(), { as });
      time.pass(MINUTE);
      await fill(one, as.tenantId, 75);
      expect(await state(other, as)).toBe('ready');
      await fill(other, as.tenantId, 75);
      for (const id of [one, other]) expect(await state(id, as)).toBe('limitExceeded');
      expect(await state(draft, as)).toBe('draft');
      expect(ids(await list(as, "$filter=state%20eq%20'limitExceeded'", version)).toSorted()).toEqual(
        [one, other].toSorted(),
      );
      const shown = (await list(as, '', version)).body.value as { state: string }[];
      expect(shown.map((connection) => connection.state).toSorted()).toEqual([
        'draft',
        'limitExceeded',
        'limitExceeded',
      ]);
    });

    it('forbids to update the schema, not to read it, in limitExceeded [connectionStateForbids]', async () => {
      const as = { tenantId: newTenant() };
      const id = await draftConnection(server, { as });
      await register(server, id, validSchema(), { as });
      time.pass(MINUTE);
      await fill(id, as.tenantId, 100);
      const more = validSchema(property(), property({ name: 'more' }));
      for (const method of ['PATCH', 'POST'])
        assertGraphError(await send(server, method, schemaPath(id, version), { as, body: more }), {
          status: 409,
          code: 'NotAllowed',
          inner: {
            code: 'ConnectionNotReady',
            source: 'Connection',
            message: expect.stringContaining(
              `Connection '${id}' is not ready: its state is 'limitExceeded'.`,
            ),
          },
        });
      expect((await readSchema(server, id, { as, version })).body.properties).toHaveLength(1);
      expect((await operations(server, id, { as, version })).body.value).toHaveLength(1);
      await fill(id, as.tenantId, 99);
      expect((await register(server, id, more, { as, version })).status).toBe(202);
    });

    it('leaves neither schema nor operations to a connection that is made again after its deletion', async () => {
      const body = validConnection();
      const id = body.id as string;
      await create(server, body, { version });
      const operation = operationPath(await register(server, id, validSchema(), { version }));
      time.pass(MINUTE);
      await send(server, 'DELETE', `/${version}/external/connections/${id}`);
      for (const path of [schemaPath(id, version), operation])
        assertGraphError(await send(server, 'GET', path), {
          status: 404,
          code: 'ItemNotFound',
          inner: { code: 'ResourceNotFound', source: 'Connection' },
        });
      expect((await create(server, body, { version })).body.state).toBe('draft');
      assertGraphError(await readSchema(server, id, { version }), {
        status: 404,
        code: 'ItemNotFound',
        inner: { code: 'ResourceNotFound', source: 'Schema' },
      });
      assertGraphError(await send(server, 'GET', operation), {
        status: 404,
        code: 'ItemNotFound',
        inner: { code: 'ResourceNotFound', source: 'ConnectionOperation' },
      });
      expect((await operations(server, id, { version })).body.value).toEqual([]);
      const other = validSchema(property({ name: 'title', type: 'int64' }));
      expect((await register(server, id, other, { version })).status).toBe(202);
    });
  });

  describe('ingestedItemsCount', () => {
    const count = async (id: string, as: object, version = 'beta'): Promise<unknown> =>
      (await read(server, id, { as, version })).body.ingestedItemsCount;

    it('is not there in draft, the number of items afterwards, and beta alone has it', async () => {
      const as = { tenantId: newTenant() };
      const id = await draftConnection(server, { as });
      expect(await count(id, as)).toBeUndefined();
      await register(server, id, validSchema(), { as });
      expect(await count(id, as)).toBeUndefined();
      time.pass(MINUTE);
      expect(await count(id, as)).toBe(0);
      await fill(id, as.tenantId, 7);
      expect(await count(id, as)).toBe(7);
      expect(await count(id, as, 'v1.0')).toBeUndefined();
      expect((await list(as, '')).body.value[0].ingestedItemsCount).toBe(7);
      expect((await list(as, '', 'v1.0')).body.value[0]).not.toHaveProperty('ingestedItemsCount');
    });

    it('can be selected, in beta', async () => {
      const as = { tenantId: newTenant() };
      const id = await draftConnection(server, { as });
      await register(server, id, validSchema(), { as });
      time.pass(MINUTE);
      await fill(id, as.tenantId, 3);
      const answer = await list(as, '$select=id,ingestedItemsCount');
      expect(answer.body.value, answer.text).toEqual([{ id, ingestedItemsCount: 3 }]);
      assertGraphError(await list(as, '$select=ingestedItemsCount', 'v1.0'), {
        status: 400,
        code: 'BadRequest',
        message:
          "Could not find a property named 'ingestedItemsCount' on type 'microsoft.graph.externalConnectors.externalConnection'.",
      });
      for (const option of ['$filter=ingestedItemsCount%20gt%202', '$orderby=ingestedItemsCount'])
        assertGraphError(await list(as, option), { status: 400, code: 'BadRequest' });
    });
  });

  it('removes the schemas and operations of a deleted connection from the database', async () => {
    const id = newId();
    await create(server, validConnection({ id }));
    await register(server, id);
    const database = server.app.get(DataSource);
    const [{ connectionKey }] = await database.query(
      `SELECT "connectionKey" FROM external_connection WHERE "normalizedId" = '${id}'`,
    );
    const left = async (): Promise<number[]> =>
      Promise.all(
        [
          ['connection_schema', 'connectionKey'],
          ['connection_operation', 'connectionKey'],
          ['external_connection_removal', 'ownerKey'],
        ].map(async ([table, column]) => {
          const [{ count }] = await database.query(
            `SELECT count(*) AS "count" FROM ${table} WHERE "${column}" = '${connectionKey}'`,
          );
          return Number(count);
        }),
      );
    expect(await left()).toEqual([1, 1, 0]);
    await send(server, 'DELETE', `/beta/external/connections/${id}`);
    await until(async () => (await left()).every((count) => count === 0));
  });
});
