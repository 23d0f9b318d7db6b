import { describe, expect, it, vi } from 'vitest';
import { ConnectionRepository } from '../../../src/connections/connection.repository.js';
import { Database } from '../../../src/database/database.js';
import { SchemaEntity } from '../../../src/schema/schema.entity.js';
import { type CallerOptions, newTenant } from '../../support/callers.js';
import { ids, read } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, type Call, send } from '../../support/http.js';
import {
  draftConnection,
  operationPath,
  operations,
  property,
  readSchema,
  register,
  validSchema,
} from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

type Json = Record<string, any>;

describe('$expand of a connection', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0', MAX_ITEMS_PER_CONNECTION: '100' });

  const one = (id: string, query: string, call: Call = {}, version = 'beta'): Promise<Answer> =>
    send(server, 'GET', `/${version}/external/connections/${id}?${query}`, call);
  const list = (query: string, call: Call, version = 'beta'): Promise<Answer> =>
    send(server, 'GET', `/${version}/external/connections?${query}`, call);
  const without = ({ '@odata.context': _context, ...rest }: Json): Json => rest;

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    it('brings the schema, on one and on a list, as its GET answers it; null before the first', async () => {
      const as = { tenantId: newTenant() };
      const [draft, registered] = [
        await draftConnection(server, { as }),
        await draftConnection(server, { as }),
      ];
      await register(server, registered, validSchema(property({ labels: ['title'] })), { as });
      const schema = without((await readSchema(server, registered, { as, version })).body);
      const plain = (await read(server, registered, { as, version })).body;
      const expanded = await one(registered, '$expand=schema', { as }, version);
      expect(expanded.body, expanded.text).toEqual({ ...plain, schema });
      expect((await one(draft, '$expand=schema', { as }, version)).body.schema).toBeNull();
      const listed = await list('$expand=schema', { as }, version);
      expect(Object.fromEntries(listed.body.value.map((row: Json) => [row.id, row.schema]))).toEqual({
        [draft]: null,
        [registered]: schema,
      });
    });

    it('brings the operations, on one and on a list, as their GET answers them', async () => {
      const as = { tenantId: newTenant() };
      const [draft, registered] = [
        await draftConnection(server, { as }),
        await draftConnection(server, { as }),
      ];
      const operation = operationPath(await register(server, registered, validSchema(), { as }))
        .split('/')
        .at(-1);
      const shown = [{ id: operation, status: 'completed', error: null }];
      expect((await one(registered, '$expand=operations', { as }, version)).body.operations).toEqual(shown);
      const listed = await list('$expand=operations', { as }, version);
      expect(Object.fromEntries(listed.body.value.map((row: Json) => [row.id, row.operations]))).toEqual({
        [draft]: [],
        [registered]: shown,
      });
    });

    it('brings what is selected and what is expanded, with $select', async () => {
      const as = { tenantId: newTenant() };
      const id = await draftConnection(server, { as });
      await register(server, id, validSchema(), { as });
      const query = '$select=id,state&$expand=schema';
      expect(Object.keys(without((await one(id, query, { as }, version)).body))).toEqual([
        'id',
        'state',
        'schema',
      ]);
      const [row] = (await list(`${query}&$filter=state%20eq%20'ready'`, { as }, version)).body.value;
      expect(Object.keys(row as Json)).toEqual(['id', 'state', 'schema']);
    });

    it('brings labels and types that came later to those who Prefer them', async () => {
      const as = { tenantId: newTenant() };
      const id = await draftConnection(server, { as });
      await register(server, id, validSchema(property({ type: 'principal', labels: ['tags'] })), { as });
      const shown = async (headers: Record<string, string>): Promise<unknown[]> => {
        const answers = [
          (await one(id, '$expand=schema', { as, headers }, version)).body,
          (await list('$expand=schema', { as, headers }, version)).body.value[0],
        ];
        return answers.map(({ schema }: Json) => [schema.properties[0].type, schema.properties[0].labels[0]]);
      };
      const unknown = ['unknownFutureValue', 'unknownFutureValue'];
      expect(await shown({})).toEqual([unknown, unknown]);
      expect(await shown({ prefer: 'include-unknown-enum-members' })).toEqual([
        ['principal', 'tags'],
        ['principal', 'tags'],
      ]);
    });

    it.each([
      ['*/$ref', 400, 'BadRequest'],
      ['nothing', 400, 'BadRequest'],
      ['name', 400, 'BadRequest'],
      ['schema,operations', 400, 'BadRequest'],
      ['schema($select=baseType)', 400, 'BadRequest'],
    ])('answers the query %s by %d', async (expanded, status, code) => {
      const id = await draftConnection(server);
      for (const answer of [
        await one(id, `$expand=${expanded}`, {}, version),
        await list(`$expand=${expanded}`, {}, version),
      ])
        assertGraphError(answer, { status, code });
    });
  });

  it('brings the quota, on one and on a list, in beta only', async () => {
    const as = { tenantId: newTenant() };
    const id = await draftConnection(server, { as });
    expect((await one(id, '$expand=quota', { as })).body.quota).toEqual({ itemsRemaining: 100 });
    expect((await list('$expand=quota', { as })).body.value[0].quota).toEqual({ itemsRemaining: 100 });
    for (const answer of [
      await one(id, '$expand=quota', { as }, 'v1.0'),
      await list('$expand=quota', { as }, 'v1.0'),
    ])
      assertGraphError(answer, { status: 400, code: 'BadRequest' });
  });

  it('needs the permission of the GET of what is expanded', async () => {
    const as = { tenantId: newTenant() };
    const id = await draftConnection(server, { as });
    const reader: CallerOptions = { ...as, permissions: ['ExternalConnection.Read.All'] };
    for (const query of ['$expand=schema', '$expand=operations'])
      expect((await one(id, query, { as: reader })).status).toBe(200);
    const delegated: CallerOptions = { ...as, delegated: true };
    for (const caller of [reader, delegated])
      for (const answer of [
        await one(id, '$expand=quota', { as: caller }),
        await list('$expand=quota', { as: caller }),
      ])
        assertGraphError(answer, {
          status: 403,
          code: 'AccessDenied',
          inner: { code: 'InsufficientPermissions' },
        });
  });

  it('is no way round ownership: what an OwnedBy permission alone may read, of connections of others is refused', async () => {
    const tenantId = newTenant();
    const other = { tenantId, appId: '1c1c9a6a-5a7c-4f0e-8b1d-0a2b3c4d5e6f' };
    const id = await draftConnection(server, { as: other });
    const owner: CallerOptions = { tenantId, permissions: ['ExternalConnection.ReadWrite.OwnedBy'] };
    const mine = await draftConnection(server, { as: owner });
    for (const query of ['$expand=schema', '$expand=operations', '$expand=quota']) {
      assertGraphError(await one(id, query, { as: owner }), {
        status: 403,
        code: 'AccessDenied',
        inner: { code: 'ConnectionNotOwned' },
      });
      expect(ids(await list(query, { as: owner }))).toEqual([mine]);
    }
    const mixed: CallerOptions = {
      tenantId,
      permissions: ['ExternalConnection.ReadWrite.OwnedBy', 'ExternalConnection.Read.All'],
    };
    expect((await list('$expand=schema', { as: mixed })).body.value).toHaveLength(2);
    expect((await one(mine, '$expand=quota', { as: mixed })).status).toBe(200);
    for (const answer of [
      await one(id, '$expand=quota', { as: mixed }),
      await list('$expand=quota', { as: mixed }),
    ])
      assertGraphError(answer, {
        status: 403,
        code: 'AccessDenied',
        inner: { code: 'ConnectionNotOwned' },
      });
  });

  it('leads to more operations than a page has by operations@odata.nextLink', async () => {
    const as = { tenantId: newTenant() };
    const id = await draftConnection(server, { as });
    for (let count = 0; count < 101; count++) await register(server, id, validSchema(), { as });
    const all = new Set<string>();
    for (const [answer, accept] of [
      [one(id, '$expand=operations', { as }), 'minimal'],
      [
        one(id, '$expand=operations', { as, headers: { accept: 'application/json;odata.metadata=none' } }),
        'none',
      ],
      [list('$expand=operations', { as }), 'in a list'],
    ] as const) {
      const { body } = await answer;
      const connection = accept === 'in a list' ? body.value[0] : body;
      expect(connection.operations, accept).toHaveLength(100);
      const next = connection['operations@odata.nextLink'];
      expect(next, accept).toContain(`${server.url}/beta/external/connections/${id}/operations?$skiptoken=`);
      const rest = await operations(server, id, { query: new URL(next as string).search, as });
      expect(rest.body.value, rest.text).toHaveLength(1);
      for (const { id: operation } of [...connection.operations, ...rest.body.value]) all.add(operation);
    }
    expect(all.size).toBe(101);
  });

  it.each(['schema', 'operations', 'quota'])(
    'brings %s of a list that a DELETE overtakes without the connection that is gone',
    async (navigation) => {
      const as = { tenantId: newTenant() };
      const [gone, stays] = [await draftConnection(server, { as }), await draftConnection(server, { as })];
      for (const id of [gone, stays]) await register(server, id, validSchema(), { as });
      const repository = server.app.get(ConnectionRepository);
      const page = repository.page.bind(repository);
      const overtaken = vi.spyOn(repository, 'page').mockImplementationOnce(async (...args) => {
        const found = await page(...args);
        await send(server, 'DELETE', `/beta/external/connections/${gone}`, { as });
        return found;
      });
      const answer = await list(`$expand=${navigation}`, { as });
      overtaken.mockRestore();
      expect(answer.status, answer.text).toBe(200);
      expect(ids(answer)).toEqual([stays]);
    },
  );

  it('brings no schema, as its GET, if a DELETE and all of its removal overtake it', async () => {
    const as = { tenantId: newTenant() };
    const repository = server.app.get(ConnectionRepository);
    const find = repository.find.bind(repository);
    for (const read of [
      (id: string) => readSchema(server, id, { as }),
      (id: string) => one(id, '$expand=schema', { as }),
    ]) {
      const id = await draftConnection(server, { as });
      await register(server, id, validSchema(), { as });
      const { connectionKey } = (await find(as.tenantId, id))!;
      const overtaken = vi.spyOn(repository, 'find').mockImplementation(async (...args) => {
        const found = await find(...args);
        await server.app.get(Database).write((manager) => manager.delete(SchemaEntity, { connectionKey }));
        return found;
      });
      const answer = await read(id);
      overtaken.mockRestore();
      if (answer.status === 200) expect(answer.body.schema).toBeNull();
      else assertGraphError(answer, { status: 404, code: 'ItemNotFound' });
    }
  });
});
