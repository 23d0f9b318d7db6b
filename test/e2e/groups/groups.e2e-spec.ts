import { describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { create, newId, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import {
  createGroup,
  groupsPath,
  newConnection,
  newGroup,
  newGroupId,
  readGroup,
  validGroup,
} from '../../support/groups.js';
import { send } from '../../support/http.js';
import { readyConnection } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

const NOT_FOUND = {
  status: 404,
  code: 'ItemNotFound',
  message: 'The requested resource does not exist.',
  inner: { code: 'ResourceNotFound', source: 'ExternalGroup', message: "'ExternalGroup' was not found." },
} as const;

const invalid = (code: string, message?: string) => ({
  status: 400,
  code: 'InvalidRequest',
  message: 'The request is malformed or incorrect.',
  inner: { code, ...(message === undefined ? {} : { message }) },
});

describe('external groups', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    it('are created with 201, their body and their Location, and are read as they were created', async () => {
      const connection = await newConnection(server);
      const body = validGroup();
      const created = await createGroup(server, connection, body, { version });
      expect(created.status, created.text).toBe(201);
      const context = `${server.url}/${version}/$metadata#external/connections('${connection}')/groups`;
      expect(created.body).toEqual({ '@odata.context': `${context}/$entity`, ...body });
      expect(decodeURIComponent(created.headers.get('location')!)).toBe(
        `${server.url}${groupsPath(connection, version)}/${String(body.id)}`,
      );
      expect((await readGroup(server, connection, body.id as string, { version })).body).toEqual(
        created.body,
      );
      const { '@odata.context': _, ...entry } = created.body;
      expect((await send(server, 'GET', groupsPath(connection, version))).body).toEqual({
        '@odata.context': context,
        value: [entry],
      });
    });
  });

  it('have null where nobody named or described them', async () => {
    const connection = await newConnection(server);
    const id = newGroupId();
    const created = await createGroup(server, connection, { id });
    expect(created.body).toMatchObject({ id, displayName: null, description: null });
    expect((await readGroup(server, connection, id)).body).toEqual(created.body);
    const second = await createGroup(
      server,
      connection,
      validGroup({ displayName: null, description: null }),
    );
    expect(second.body).toMatchObject({ displayName: null, description: null });
  });

  it.each([
    '夜勤 👩🏽‍🚒 e\u0301 \u202E',
    ' ',
    "x'; DROP TABLE external_group; --",
    '"<&>\n\t\\',
    'x'.repeat(10_000),
  ])('keep their texts as they are: %j', async (text) => {
    const connection = await newConnection(server);
    const body = validGroup({ displayName: text, description: text });
    expect((await createGroup(server, connection, body)).status).toBe(201);
    expect((await readGroup(server, connection, body.id as string)).body).toMatchObject(body);
  });

  it('are the same in a draft and in a ready connection', async () => {
    for (const connection of [await newConnection(server), await readyConnection(server)]) {
      const body = validGroup();
      expect((await createGroup(server, connection, body)).status).toBe(201);
      expect((await readGroup(server, connection, body.id as string)).status).toBe(200);
    }
  });

  describe('the id of a group', () => {
    it.each(['a', '0', '_', '-', '=', 'aGVsbG8_d29ybGQ-Zm9v==', 'x'.repeat(128)])('may be %s', async (id) => {
      const connection = await newConnection(server);
      expect((await createGroup(server, connection, { id })).status).toBe(201);
      expect((await readGroup(server, connection, id)).body.id).toBe(id);
      expect(
        (await send(server, 'GET', `/beta/external/connections('${connection}')/groups('${id}')`)).body.id,
      ).toBe(id);
    });

    it.each(['x'.repeat(129), 'a b', 'a.b', 'a+b', 'a/b', 'a@b', 'ä', '夜', "a'b", 'a\nb', 'a\n'])(
      'may not be %j',
      async (id) => {
        const connection = await newConnection(server);
        const shown = id.length > 100 ? `${id.slice(0, 100)}…` : id;
        assertGraphError(
          await createGroup(server, connection, { id }),
          invalid(
            'InvalidGroupId',
            `External group id '${shown}' is not valid: it must have 1 to 128 of the characters A-Z a-z 0-9 _ - =.`,
          ),
        );
        expect((await send(server, 'GET', groupsPath(connection))).body.value).toEqual([]);
      },
    );

    it.each([[{}], [{ id: null }], [{ id: '' }], [{ id: '   ' }]])('is required: %j', async (body) => {
      const connection = await newConnection(server);
      assertGraphError(
        await createGroup(server, connection, body),
        invalid('RequiredPropertyMissing', "Property 'id' is required."),
      );
    });

    it('is told apart with case', async () => {
      const connection = await newConnection(server);
      for (const id of ['night', 'Night', 'NIGHT'])
        expect((await createGroup(server, connection, { id, displayName: id })).status).toBe(201);
      for (const id of ['night', 'Night', 'NIGHT'])
        expect((await readGroup(server, connection, id)).body.displayName).toBe(id);
      assertGraphError(await readGroup(server, connection, 'nIGHT'), NOT_FOUND);
    });

    it('is taken once in a connection [groupAlreadyExists]', async () => {
      const { connection, group } = await newGroup(server);
      const again = await createGroup(server, connection, validGroup({ id: group, displayName: 'Another' }));
      assertGraphError(again, {
        status: 409,
        code: 'NameAlreadyExists',
        message: 'The specified item name already exists.',
        inner: {
          code: 'ResourceAlreadyExists',
          source: 'ExternalGroup',
          message: "'ExternalGroup' with the same name already exists.",
        },
      });
      expect((await readGroup(server, connection, group)).body.displayName).toBe('Night shift');
      expect((await createGroup(server, await newConnection(server), validGroup({ id: group }))).status).toBe(
        201,
      );
    });
  });

  describe('a body', () => {
    it.each([
      ['members', { members: [{ id: 'x', type: 'externalGroup' }] }, /The property 'members' does not exist/],
      ['an unknown property', { colour: 'red' }, /The property 'colour' does not exist/],
      ['a number for a text', { displayName: 7 }, /Property displayName in payload/],
      ['U+0000 in a text', { description: 'a\0b' }, /Property description in payload/],
    ])('is refused with %s and creates nothing', async (_, rest, message) => {
      const connection = await newConnection(server);
      const answer = await createGroup(server, connection, validGroup(rest));
      assertGraphError(answer, { status: 400, code: 'BadRequest' });
      expect(answer.body.error.message).toMatch(message);
      expect((await send(server, 'GET', groupsPath(connection))).body.value).toEqual([]);
    });

    it.each([
      ['POST', (connection: string) => groupsPath(connection), { id: 'nightShift', members: [] }],
      ['PATCH', (connection: string) => `${groupsPath(connection)}/nightShift`, { members: [] }],
    ] as const)(
      'is told by a %s with members that they have their own address',
      async (method, path, body) => {
        const answer = await send(server, method, path(await newConnection(server)), { body });
        assertGraphError(answer, {
          status: 400,
          code: 'BadRequest',
          inner: {
            code: 'PropertyNotFound',
            message: "Property 'members' cannot be written with externalGroup: it has an address of its own.",
          },
        });
      },
    );

    it('may say its type, of this namespace alone', async () => {
      const connection = await newConnection(server);
      const typed = (type: string) => createGroup(server, connection, validGroup({ '@odata.type': type }));
      expect((await typed('#microsoft.graph.externalConnectors.externalGroup')).status).toBe(201);
      assertGraphError(await typed('#microsoft.graph.externalGroup'), invalid('DeserializationError'));
    });
  });

  describe('PATCH of a group', () => {
    it('changes what it names, and the rest stays: 204', async () => {
      const { connection, group } = await newGroup(server);
      const path = `${groupsPath(connection)}/${group}`;
      const patch = async (body: object) => {
        const answer = await send(server, 'PATCH', path, { body });
        expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' });
        return (await readGroup(server, connection, group)).body;
      };
      expect(await patch({ displayName: 'Late shift' })).toMatchObject({
        displayName: 'Late shift',
        description: 'Everyone who works at night',
      });
      expect(await patch({ description: null })).toMatchObject({
        displayName: 'Late shift',
        description: null,
      });
      expect(await patch({})).toMatchObject({ displayName: 'Late shift', description: null });
      expect(await patch({ id: group, displayName: null, description: 'x' })).toMatchObject({
        id: group,
        displayName: null,
        description: 'x',
      });
    });

    it('cannot change its id, also not its case [propertyNotUpdatable]', async () => {
      const connection = await newConnection(server);
      await createGroup(server, connection, { id: 'night', displayName: 'Before' });
      for (const id of ['other', 'NIGHT']) {
        const body = { id, displayName: 'After' };
        assertGraphError(await send(server, 'PATCH', `${groupsPath(connection)}/night`, { body }), {
          status: 400,
          code: 'InvalidRequest',
          inner: {
            code: 'PropertyNotUpdatable',
            source: 'ExternalGroup',
            message: "Property 'id' cannot be set.",
          },
        });
      }
      expect((await readGroup(server, connection, 'night')).body.displayName).toBe('Before');
    });

    it('is refused for another property and changes nothing', async () => {
      const { connection, group } = await newGroup(server);
      const body = { displayName: 'After', members: [] };
      assertGraphError(await send(server, 'PATCH', `${groupsPath(connection)}/${group}`, { body }), {
        status: 400,
        code: 'BadRequest',
      });
      expect((await readGroup(server, connection, group)).body.displayName).toBe('Night shift');
    });
  });

  it('are deleted with 204, and are gone, so that their id is free', async () => {
    const { connection, group } = await newGroup(server);
    const path = `${groupsPath(connection)}/${group}`;
    const deleted = await send(server, 'DELETE', path);
    expect({ status: deleted.status, text: deleted.text }).toEqual({ status: 204, text: '' });
    assertGraphError(await readGroup(server, connection, group), NOT_FOUND);
    expect((await createGroup(server, connection, { id: group })).status).toBe(201);
  });

  it.each(['GET', 'PATCH', 'DELETE'])(
    'answer 404 for %s if they are not there, whatever their id looks like [groupNotFound]',
    async (method) => {
      const connection = await newConnection(server);
      const body = method === 'PATCH' ? { displayName: 'x' } : undefined;
      for (const id of ['missing', 'a%20b', '%00', 'x'.repeat(200), "it''s"])
        assertGraphError(await send(server, method, `${groupsPath(connection)}/${id}`, { body }), NOT_FOUND);
    },
  );

  describe('belong to their connection', () => {
    const calls = (group: string): [method: string, path: string, body?: unknown][] => [
      ['GET', ''],
      ['POST', '', validGroup()],
      ['GET', `/${group}`],
      ['PATCH', `/${group}`, { displayName: 'x' }],
      ['DELETE', `/${group}`],
    ];

    it('are refused if their connection is not there [connectionNotFound]', async () => {
      for (const [method, path, body] of calls('x'))
        assertGraphError(await send(server, method, groupsPath(newId()) + path, { body }), {
          status: 404,
          code: 'ItemNotFound',
          inner: { code: 'ResourceNotFound', source: 'Connection', message: "'Connection' was not found." },
        });
    });

    it('are found by nobody of another tenant', async () => {
      const { connection, group } = await newGroup(server);
      const as = { tenantId: newTenant() };
      for (const [method, path, body] of calls(group))
        assertGraphError(await send(server, method, groupsPath(connection) + path, { as, body }), {
          status: 404,
          code: 'ItemNotFound',
        });
      expect((await readGroup(server, connection, group)).status).toBe(200);
    });

    it('are open with OwnedBy only to the applications that own the connection [connectionNotOwned]', async () => {
      const { connection, group } = await newGroup(server);
      const owner = { permissions: ['ExternalItem.ReadWrite.OwnedBy'] } as const;
      const stranger = { ...owner, appId: 'bbbbbbbb-1111-4111-8111-111111111111' };
      for (const [method, path, body] of calls(group))
        assertGraphError(await send(server, method, groupsPath(connection) + path, { as: stranger, body }), {
          status: 403,
          code: 'AccessDenied',
          inner: { code: 'ConnectionNotOwned', source: 'Connection' },
        });
      for (const [method, path, body] of calls(group)) {
        const answer = await send(server, method, groupsPath(connection) + path, { as: owner, body });
        expect(answer.status, `${method} ${path}`).toBeLessThan(300);
      }
    });

    it('go when their connection goes: a later one of the same id has none of them', async () => {
      const as = { tenantId: newTenant() };
      const { connection, group } = await newGroup(server, { as });
      await send(server, 'DELETE', `/beta/external/connections/${connection}`, { as });
      assertGraphError(await readGroup(server, connection, group, { as }), {
        status: 404,
        code: 'ItemNotFound',
      });
      await create(server, validConnection({ id: connection }), { as });
      expect((await send(server, 'GET', groupsPath(connection), { as })).body.value).toEqual([]);
      assertGraphError(await readGroup(server, connection, group, { as }), NOT_FOUND);
      expect((await createGroup(server, connection, { id: group }, { as })).status).toBe(201);
    });
  });

  describe('as a list', () => {
    it('have pages that keep their order, each group once', async () => {
      const connection = await newConnection(server);
      const ids = Array.from({ length: 7 }, (_, index) => `${index % 2 === 0 ? 'G' : 'g'}${index}`);
      for (const id of ids) await createGroup(server, connection, { id });
      const seen: string[] = [];
      let next: string | undefined = `${server.url}${groupsPath(connection)}?$top=3&$count=true`;
      for (let page = 0; next !== undefined; page++) {
        const answer = await send(server, 'GET', next.slice(server.url.length));
        expect(answer.body['@odata.count']).toBe(7);
        seen.push(...(answer.body.value as { id: string }[]).map(({ id }) => id));
        next = answer.body['@odata.nextLink'];
        expect(page).toBeLessThan(3);
      }
      expect(seen).toEqual(ids.toSorted());
    });

    it('take $select, $filter, $orderby and $skip', async () => {
      const connection = await newConnection(server);
      await createGroup(server, connection, { id: 'a', displayName: 'Night shift' });
      await createGroup(server, connection, { id: 'b', displayName: 'Day shift', description: 'x' });
      await createGroup(server, connection, { id: 'c' });
      const ask = async (query: string) => {
        const answer = await send(server, 'GET', `${groupsPath(connection)}?${query}`);
        expect(answer.status, answer.text).toBe(200);
        return answer.body.value;
      };
      expect(await ask("$select=id&$filter=displayName eq 'Day shift'")).toEqual([{ id: 'b' }]);
      expect(await ask("$select=id&$filter=endswith(displayName,'shift')&$orderby=id desc")).toEqual([
        { id: 'b' },
        { id: 'a' },
      ]);
      expect(await ask('$select=id&$filter=description eq null&$skip=1')).toEqual([{ id: 'c' }]);
      expect(await ask("$select=id&$filter=id eq 'A'")).toEqual([]);
      assertGraphError(await send(server, 'GET', `${groupsPath(connection)}?$orderby=displayName`), {
        status: 400,
        code: 'BadRequest',
      });
    });

    it('come with a connection by $expand=groups, to those who may read them', async () => {
      const { connection, group } = await newGroup(server);
      const path = `/beta/external/connections/${connection}?$expand=groups`;
      const { body } = await send(server, 'GET', path);
      expect(body.groups).toMatchObject([{ id: group, displayName: 'Night shift' }]);
      const as = { permissions: ['ExternalConnection.Read.All'] } as const;
      assertGraphError(await send(server, 'GET', path, { as }), { status: 403, code: 'AccessDenied' });
    });
  });
});
