import { describe, expect, it } from 'vitest';
import { newTenant, tokenOf } from '../../support/callers.js';
import { graphClient } from '../../support/graph-client.js';
import { listMembers, newConnection, validGroup, validMember } from '../../support/groups.js';
import { useServer } from '../../support/server.js';
import { batch, entry, JSON_BODY, type Json, statuses } from '../batch/batches.js';

describe('external groups', () => {
  const server = useServer();

  it('are created and filled in one $batch, each request after the one it depends on', async () => {
    const connection = await newConnection(server);
    const group = validGroup();
    const url = `/external/connections/${connection}/groups`;
    const post = (id: string, path: string, body: Json, more: Json = {}): Json => ({
      id,
      method: 'POST',
      url: path,
      headers: JSON_BODY,
      body,
      ...more,
    });
    const members = `${url}/${String(group.id)}/members`;
    const member = validMember();
    const answer = await batch(server, [
      post('1', url, group),
      post('2', members, member, { dependsOn: ['1'] }),
      post('3', url, group, { dependsOn: ['1'] }),
      { id: '4', method: 'GET', url: `${url}('${String(group.id)}')?$expand=members`, dependsOn: ['2'] },
      { id: '5', method: 'DELETE', url: `${members}/${String(member.id)}`, dependsOn: ['4'] },
      post('6', members, validMember({ type: 'device' }), { dependsOn: ['1'] }),
    ]);
    expect(statuses(answer)).toEqual([201, 201, 409, 200, 204, 400]);
    expect(entry(answer, '4').body).toMatchObject({ ...group, members: [member] });
    expect(entry(answer, '5')).not.toHaveProperty('body');
    expect((await listMembers(server, connection, group.id as string)).body.value).toEqual([]);
  });

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    it('are what the official client expects: create, read, update, members, delete', async () => {
      const as = { tenantId: newTenant() };
      const { client, wire } = graphClient(server, await tokenOf(server, as), version);
      const groups = `/external/connections/${await newConnection(server, { as })}/groups`;
      const group = validGroup({ displayName: '夜勤' });
      const path = `${groups}/${String(group.id)}`;
      expect(await client.api(groups).post(group)).toMatchObject(group);
      expect(await client.api(path).patch({ description: 'x' })).toBeUndefined();
      expect(await client.api(path).get()).toMatchObject({ ...group, description: 'x' });
      const member = validMember();
      expect(await client.api(`${path}/members`).post(member)).toMatchObject(member);
      expect((await client.api(`${path}/members`).get()).value).toEqual([member]);
      await expect(client.api(`${path}/members`).post(member)).rejects.toMatchObject({
        statusCode: 409,
        code: 'NameAlreadyExists',
      });
      await client.api(`${path}/members/${String(member.id)}`).delete();
      await client.api(path).delete();
      await expect(client.api(path).get()).rejects.toMatchObject({ statusCode: 404, code: 'ItemNotFound' });
      expect(wire.answers.map(({ status }) => status)).toEqual([201, 204, 200, 201, 200, 409, 204, 204, 404]);
    });
  });
});
