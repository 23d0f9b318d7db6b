import { describe, expect, it } from 'vitest';
import { assertGraphError } from '../../support/errors.js';
import {
  addMember,
  groupsPath,
  listMembers,
  membersPath,
  newGroup,
  validMember,
} from '../../support/groups.js';
import { send } from '../../support/http.js';
import { useServer } from '../../support/server.js';
import { batch, inner, JSON_BODY } from '../batch/batches.js';

describe('the identity source of a member', () => {
  const server = useServer();

  const guid = '2f1a1d2c-0a3b-4c5d-8e6f-112233445566';
  const list = async (connection: string, group: string, version: string, query = '') =>
    (await send(server, 'GET', membersPath(connection, group, version) + query)).body.value;

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    it.each([
      [{ id: 'team2', type: 'externalGroup', identitySource: 'external' }, 'externalGroup'],
      [{ id: 'team2', type: 'group', identitySource: 'external' }, 'externalGroup'],
      [{ id: 'team_2-=', type: 'GROUP', identitySource: 'External' }, 'externalGroup'],
      [{ id: guid, type: 'group', identitySource: 'external' }, 'externalGroup'],
      [{ id: guid, type: 'group', identitySource: 'azureActiveDirectory' }, 'group'],
      [{ id: guid, type: 'user', identitySource: 'azureActiveDirectory' }, 'user'],
      [{ id: guid, type: 'group', identitySource: null }, 'group'],
      [{ id: 'team2', type: 'externalGroup', identitySource: null }, 'externalGroup'],
    ])('field 4.1: takes %j; beta answers it as it was written, v1.0 as the type %s', async (sent, type) => {
      const { connection, group } = await newGroup(server);
      const inBeta = {
        id: sent.id,
        type: sent.type === 'GROUP' ? 'group' : sent.type,
        ...(sent.identitySource === null
          ? {}
          : { identitySource: sent.identitySource === 'External' ? 'external' : sent.identitySource }),
      };
      const inV1 = { id: sent.id, type };
      const added = await addMember(server, connection, group, sent, { version });
      expect(added.status, added.text).toBe(201);
      const { '@odata.context': _context, ...answered } = added.body;
      expect(answered).toEqual(version === 'beta' ? inBeta : inV1);
      expect(await list(connection, group, 'beta')).toEqual([inBeta]);
      expect(await list(connection, group, 'v1.0')).toEqual([inV1]);
      const expanded = (own: string) =>
        send(server, 'GET', `${groupsPath(connection, own)}/${group}?$expand=members`);
      expect((await expanded('beta')).body.members).toEqual([inBeta]);
      expect((await expanded('v1.0')).body.members).toEqual([inV1]);
      assertGraphError(await addMember(server, connection, group, sent, { version }), {
        status: 409,
        code: 'NameAlreadyExists',
      });
      const path = `${membersPath(connection, group, version)}/${sent.id}`;
      expect((await send(server, 'DELETE', path)).status).toBe(204);
      expect(await list(connection, group, version)).toEqual([]);
    });

    it.each([
      ['user', 'external'],
      ['externalGroup', 'azureActiveDirectory'],
    ])(
      'field 4.1: refuses type %s with identitySource %s, and adds nothing',
      async (type, identitySource) => {
        const { connection, group } = await newGroup(server);
        assertGraphError(
          await addMember(server, connection, group, validMember({ type, identitySource }), { version }),
          {
            status: 400,
            code: 'InvalidRequest',
            inner: {
              code: 'InvalidIdentitySource',
              message: `A member of type '${type}' cannot have identitySource '${identitySource}'.`,
            },
          },
        );
        expect(await list(connection, group, version)).toEqual([]);
      },
    );

    it('field 4.1: refuses an unknown identitySource', async () => {
      const { connection, group } = await newGroup(server);
      for (const identitySource of ['elsewhere', 'unknownFutureValue', ''])
        assertGraphError(
          await addMember(server, connection, group, validMember({ identitySource }), { version }),
          { status: 400, code: 'InvalidRequest', inner: { code: 'DeserializationError' } },
        );
      assertGraphError(
        await addMember(server, connection, group, validMember({ identitySource: 1 }), { version }),
        { status: 400, code: 'BadRequest' },
      );
    });

    it.each([
      ['user', 'anna@contoso.com', undefined],
      ['user', 'x', 'azureActiveDirectory'],
      ['group', 'Sales', undefined],
      ['group', 'Sales', 'azureActiveDirectory'],
      ['group', '{2f1a1d2c-0a3b-4c5d-8e6f-112233445566}', null],
    ])(
      'field 4.2: refuses a %s whose id is %s, no GUID: InvalidGuidForAadMemberType',
      async (type, id, identitySource) => {
        const { connection, group } = await newGroup(server);
        const member = { id, type, identitySource };
        const url = membersPath(connection, group, version).slice(version.length + 1);
        const inBatch = await batch(
          server,
          [{ id: '1', method: 'POST', url, headers: JSON_BODY, body: member }],
          { version },
        );
        for (const answer of [
          await addMember(server, connection, group, member, { version }),
          inner(inBatch, '1'),
        ])
          assertGraphError(answer, {
            status: 400,
            code: 'InvalidRequest',
            inner: {
              code: 'InvalidGuidForAadMemberType',
              message: `Identity id '${id}' is not valid: a ${type} is named by its object id in the directory, a GUID.`,
            },
          });
        expect(await list(connection, group, version)).toEqual([]);
      },
    );

    it.each(['a.b', 'x'.repeat(129), 'a b'])(
      'refuses as the id of an external group, in either form: %s',
      async (id) => {
        const { connection, group } = await newGroup(server);
        for (const form of [{ type: 'externalGroup' }, { type: 'group', identitySource: 'external' }])
          assertGraphError(await addMember(server, connection, group, { id, ...form }, { version }), {
            status: 400,
            code: 'InvalidRequest',
            inner: { code: 'InvalidIdentityId' },
          });
      },
    );

    it('refuses an older name of the type', async () => {
      const { connection, group } = await newGroup(server);
      for (const name of [
        '#microsoft.graph.externalGroupMember',
        '#microsoft.graph.externalConnectors.externalGroupMember',
        '#microsoft.graph.identity',
      ])
        assertGraphError(
          await addMember(server, connection, group, { '@odata.type': name, ...validMember() }, { version }),
          { status: 400, code: 'InvalidRequest', inner: { code: 'DeserializationError' } },
        );
      for (const name of [
        '#microsoft.graph.externalConnectors.identity',
        'microsoft.graph.externalConnectors.identity',
      ])
        expect(
          (await addMember(server, connection, group, { '@odata.type': name, ...validMember() }, { version }))
            .status,
        ).toBe(201);
    });
  });

  it('$filter and $orderby ask for the type that the version shows', async () => {
    const { connection, group } = await newGroup(server);
    const members = [
      { id: 'a', type: 'group', identitySource: 'external' },
      { id: 'b', type: 'externalGroup' },
      validMember({ type: 'group' }),
      validMember({ type: 'user' }),
    ];
    for (const member of members) await addMember(server, connection, group, member);
    expect(await listMembers(server, connection, group)).toMatchObject({ status: 200 });
    const [, , directory, user] = members.map(({ id }) => id as string);
    for (const [version, query, found] of [
      ['beta', "?$filter=type eq 'externalGroup'", ['b']],
      ['v1.0', "?$filter=type eq 'externalGroup'", ['a', 'b']],
      ['v1.0', "?$filter=type eq 'group'", [directory]],
      [
        'beta',
        '?$orderby=type desc,id desc',
        [user, ...('a' > directory! ? ['a', directory] : [directory, 'a']), 'b'],
      ],
      ['v1.0', '?$orderby=type desc,id desc', [user, directory, 'b', 'a']],
    ] as const)
      expect(
        (await list(connection, group, version, query)).map(({ id }: { id: string }) => id),
        `${version} ${query}`,
      ).toEqual(found);
    const seen: string[] = [];
    let next: string | undefined = `${membersPath(connection, group, 'v1.0')}?$orderby=type&$top=1`;
    while (next !== undefined) {
      const page = await send(server, 'GET', next);
      expect(page.status, page.text).toBe(200);
      seen.push(page.body.value[0].id as string);
      next = (page.body['@odata.nextLink'] as string | undefined)?.slice(server.url.length);
    }
    expect(seen).toEqual(['a', 'b', directory, user]);
  });

  it('is read and ignored for who performs an activity', async () => {
    const { connection } = await newGroup(server);
    const path = `/v1.0/external/connections/${connection}/items/x/addActivities`;
    const activity = {
      '@odata.type': '#microsoft.graph.externalConnectors.externalActivity',
      type: 'viewed',
      startDateTime: '2026-01-31T09:15:00Z',
      performedBy: { id: guid, type: 'user', identitySource: 'azureActiveDirectory' },
    };
    const answer = await send(server, 'POST', path, { body: { activities: [activity] } });
    // The body is taken; there is no such item.
    expect(answer.status, answer.text).toBe(404);
  });
});
