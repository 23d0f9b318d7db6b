import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { newId } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import {
  addMember,
  createGroup,
  groupsPath,
  listMembers,
  membersPath,
  newConnection,
  newGroup,
  validMember,
} from '../../support/groups.js';
import { send } from '../../support/http.js';
import { useServer } from '../../support/server.js';

const notFound = (source: string) => ({
  status: 404,
  code: 'ItemNotFound',
  message: 'The requested resource does not exist.',
  inner: { code: 'ResourceNotFound', source, message: `'${source}' was not found.` },
});

const TAKEN = {
  status: 409,
  code: 'NameAlreadyExists',
  message: 'The specified item name already exists.',
  inner: {
    code: 'ResourceAlreadyExists',
    source: 'ExternalGroupMember',
    message: "'ExternalGroupMember' with the same name already exists.",
  },
} as const;

const ids = ({ body }: { body: any }): string[] => body.value.map(({ id }: { id: string }) => id);

describe('the members of an external group', () => {
  const server = useServer();

  const remove = (connection: string, group: string, id: string) =>
    send(server, 'DELETE', `${membersPath(connection, group)}/${id}`);

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    it.each(['user', 'group', 'externalGroup'])('may be a %s: 201 with the identity', async (type) => {
      const { connection, group } = await newGroup(server);
      const member = validMember({ type, ...(type === 'externalGroup' ? { id: 'some_other-group=' } : {}) });
      const added = await addMember(server, connection, group, member, { version });
      expect(added.status, added.text).toBe(201);
      const context = `${server.url}/${version}/$metadata#external/connections('${connection}')/groups('${group}')/members`;
      expect(added.body).toEqual({ '@odata.context': `${context}/$entity`, ...member });
      expect((await send(server, 'GET', membersPath(connection, group, version))).body).toEqual({
        '@odata.context': context,
        value: [member],
      });
    });
  });

  it('are taken with annotations and a type in any case, and answered as the model says', async () => {
    const { connection, group } = await newGroup(server);
    const added = await addMember(server, connection, group, {
      '@odata.type': '#microsoft.graph.externalConnectors.identity',
      id: 'other',
      type: 'externalgroup',
    });
    expect(added.status, added.text).toBe(201);
    expect(added.body.type).toBe('externalGroup');
  });

  it.each([
    [
      'an unknown type',
      { type: 'device' },
      'InvalidRequest',
      'DeserializationError',
      "Requested value 'device' was not found.",
    ],
    ['the sentinel as type', { type: 'unknownFutureValue' }, 'InvalidRequest', 'DeserializationError'],
    [
      'no type',
      { type: undefined },
      'InvalidRequest',
      'RequiredPropertyMissing',
      "Property 'type' is required.",
    ],
    ['no id', { id: undefined }, 'InvalidRequest', 'RequiredPropertyMissing', "Property 'id' is required."],
    ['null for the id', { id: null }, 'InvalidRequest', 'RequiredPropertyMissing'],
    ['an empty id', { id: '' }, 'InvalidRequest', 'RequiredPropertyMissing'],
    [
      'a dot in the id of an externalGroup',
      { id: 'a.b', type: 'externalGroup' },
      'InvalidRequest',
      'InvalidIdentityId',
    ],
    ['129 characters', { id: 'x'.repeat(129), type: 'externalGroup' }, 'InvalidRequest', 'InvalidIdentityId'],
    ['an unknown property', { displayName: 'Anna' }, 'BadRequest', 'PropertyNotFound'],
    ['an array for the id', { id: [] }, 'BadRequest', 'PropertyTypeMismatch'],
  ])('are refused with %s, and nothing is added', async (_, rest, code, inner, message?: string) => {
    const { connection, group } = await newGroup(server);
    assertGraphError(await addMember(server, connection, group, validMember(rest)), {
      status: 400,
      code,
      inner: { code: inner, ...(message === undefined ? {} : { message }) },
    });
    expect(ids(await listMembers(server, connection, group))).toEqual([]);
  });

  describe('the id of a member', () => {
    it('is in a group once, whatever its type [memberAlreadyExists]', async () => {
      const { connection, group } = await newGroup(server);
      const member = validMember();
      expect((await addMember(server, connection, group, member)).status).toBe(201);
      for (const type of ['user', 'group', 'externalGroup'])
        assertGraphError(await addMember(server, connection, group, { ...member, type }), TAKEN);
      expect((await listMembers(server, connection, group)).body.value).toEqual([member]);
      await createGroup(server, connection, { id: 'another' });
      expect((await addMember(server, connection, 'another', member)).status).toBe(201);
    });

    it('is the same GUID in any case, answered as it was written', async () => {
      const { connection, group } = await newGroup(server);
      const id = 'ABCDEF01-2345-4789-8ABC-DEF012345678';
      expect((await addMember(server, connection, group, { id, type: 'user' })).body.id).toBe(id);
      assertGraphError(
        await addMember(server, connection, group, { id: id.toLowerCase(), type: 'user' }),
        TAKEN,
      );
      expect(ids(await listMembers(server, connection, group))).toEqual([id]);
      expect((await remove(connection, group, id.toLowerCase())).status).toBe(204);
      expect(ids(await listMembers(server, connection, group))).toEqual([]);
    });

    it('tell external groups apart by case', async () => {
      const { connection, group } = await newGroup(server);
      for (const id of ['night', 'Night'])
        expect((await addMember(server, connection, group, { id, type: 'externalGroup' })).status).toBe(201);
      assertGraphError(await remove(connection, group, 'NIGHT'), notFound('ExternalGroupMember'));
      expect((await remove(connection, group, 'Night')).status).toBe(204);
      expect(ids(await listMembers(server, connection, group))).toEqual(['night']);
    });
  });

  it('are removed with 204, once [memberNotFound]', async () => {
    const { connection, group } = await newGroup(server);
    const { id } = validMember();
    await addMember(server, connection, group, { id, type: 'user' });
    const removed = await remove(connection, group, id as string);
    expect({ status: removed.status, text: removed.text }).toEqual({ status: 204, text: '' });
    assertGraphError(await remove(connection, group, id as string), notFound('ExternalGroupMember'));
    for (const other of [randomUUID(), 'other', '%00', 'a%20b', 'x'.repeat(200)])
      assertGraphError(await remove(connection, group, other), notFound('ExternalGroupMember'));
    expect((await addMember(server, connection, group, { id, type: 'group' })).status).toBe(201);
  });

  it('cannot be replaced one by one [methodNotAllowed]', async () => {
    const { connection, group } = await newGroup(server);
    const answer = await send(server, 'PUT', `${membersPath(connection, group)}/x`);
    assertGraphError(answer, { status: 405, code: 'BadRequest' });
    expect(answer.headers.get('allow')!.split(', ').toSorted()).toEqual(['DELETE', 'GET', 'HEAD']);
  });

  it('are of a group that is there [groupNotFound]', async () => {
    const connection = await newConnection(server);
    for (const group of ['missing', 'a%20b', '%00']) {
      for (const answer of [
        await addMember(server, connection, group),
        await listMembers(server, connection, group),
        await remove(connection, group, randomUUID()),
      ])
        assertGraphError(answer, notFound('ExternalGroup'));
    }
    for (const answer of [
      await addMember(server, newId(), 'x'),
      await listMembers(server, newId(), 'x'),
      await remove(newId(), 'x', randomUUID()),
    ])
      assertGraphError(answer, notFound('Connection'));
  });

  it('are of those who may touch the connection [connectionNotOwned]', async () => {
    const { connection, group } = await newGroup(server);
    const member = validMember();
    await addMember(server, connection, group, member);
    const calls: [method: string, path: string, body?: unknown][] = [
      ['POST', '', validMember()],
      ['GET', ''],
      ['DELETE', `/${String(member.id)}`],
    ];
    const owner = { permissions: ['ExternalItem.ReadWrite.OwnedBy'] } as const;
    const stranger = { ...owner, appId: 'bbbbbbbb-1111-4111-8111-111111111111' };
    for (const [method, path, body] of calls) {
      const call = (as: object) => send(server, method, membersPath(connection, group) + path, { as, body });
      assertGraphError(await call(stranger), {
        status: 403,
        code: 'AccessDenied',
        inner: { code: 'ConnectionNotOwned' },
      });
      assertGraphError(await call({ tenantId: newTenant() }), notFound('Connection'));
      expect((await call(owner)).status).toBeLessThan(300);
    }
  });

  describe('as a list', () => {
    it('have pages, by id, and $filter by type', async () => {
      const { connection, group } = await newGroup(server);
      const members = [
        ...['b', 'A', 'c', 'a'].map((id) => ({ id, type: 'externalGroup' })),
        ...['user', 'user', 'group'].map((type) => validMember({ type })),
      ];
      for (const member of members) await addMember(server, connection, group, member);
      const seen: string[] = [];
      let next: string | undefined = `${membersPath(connection, group)}?$top=2&$count=true`;
      while (next !== undefined) {
        const answer = await send(server, 'GET', next);
        expect(answer.body['@odata.count']).toBe(7);
        expect(answer.body.value.length).toBeLessThanOrEqual(2);
        seen.push(...ids(answer));
        next = (answer.body['@odata.nextLink'] as string | undefined)?.slice(server.url.length);
      }
      expect(seen).toEqual(members.map(({ id }) => id as string).toSorted());
      const asked = await send(
        server,
        'GET',
        `${membersPath(connection, group)}?$filter=type eq 'externalGroup'&$orderby=id desc&$select=id`,
      );
      expect(asked.body.value).toEqual([{ id: 'c' }, { id: 'b' }, { id: 'a' }, { id: 'A' }]);
    });

    it('come with a group by $expand=members, and with a link to the rest', async () => {
      const { connection, group } = await newGroup(server);
      const path = `${groupsPath(connection)}/${group}`;
      expect((await send(server, 'GET', `${path}?$expand=members`)).body.members).toEqual([]);
      const all = Array.from({ length: 101 }, () => validMember());
      for (const member of all) await addMember(server, connection, group, member);
      for (const read of [
        async () => (await send(server, 'GET', `${path}?$expand=members&$select=id`)).body,
        async () =>
          (await send(server, 'GET', `${groupsPath(connection)}?$expand=members&$select=id`)).body.value[0],
      ]) {
        const { members, 'members@odata.nextLink': next, ...rest } = await read();
        delete rest['@odata.context'];
        expect(rest).toEqual({ id: group });
        expect(members).toHaveLength(100);
        const last = await send(server, 'GET', (next as string).slice(server.url.length));
        expect([...members.map(({ id }: { id: string }) => id), ...ids(last)]).toEqual(
          all.map(({ id }) => id as string).toSorted(),
        );
      }
    });
  });

  describe('that are groups', () => {
    const nest = async (connection: string, group: string, member: string) => {
      const added = await addMember(server, connection, group, { id: member, type: 'externalGroup' });
      expect(added.status, added.text).toBe(201);
    };

    it('may go round in a circle, of one or many: it is created, read, listed and deleted', async () => {
      const connection = await newConnection(server);
      const circle = Array.from({ length: 20 }, (_, index) => `g${index}`);
      for (const id of circle) await createGroup(server, connection, { id });
      for (const [index, id] of circle.entries()) await nest(connection, id, circle[(index + 1) % 20]!);
      await nest(connection, 'g0', 'g0');
      expect(ids(await listMembers(server, connection, 'g0')).toSorted()).toEqual(['g0', 'g1']);
      const list = await send(server, 'GET', `${groupsPath(connection)}?$expand=members`);
      expect(list.body.value).toHaveLength(20);
      const expanded = await send(server, 'GET', `/beta/external/connections/${connection}?$expand=groups`);
      expect(expanded.body.groups).toHaveLength(20);
      for (const id of circle)
        expect((await send(server, 'DELETE', `${groupsPath(connection)}/${id}`)).status).toBe(204);
      expect((await send(server, 'GET', groupsPath(connection))).body.value).toEqual([]);
    });

    it('may be added before they exist, and stay when they are deleted', async () => {
      const { connection, group } = await newGroup(server);
      await nest(connection, group, 'later');
      await createGroup(server, connection, { id: 'later' });
      await send(server, 'DELETE', `${groupsPath(connection)}/later`);
      expect(ids(await listMembers(server, connection, group))).toEqual(['later']);
    });
  });
});
