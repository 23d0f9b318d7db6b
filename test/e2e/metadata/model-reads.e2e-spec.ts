import { beforeAll, describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { create, ids, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import {
  addMember,
  createGroup,
  groupsPath,
  membersPath,
  validGroup,
  validMember,
} from '../../support/groups.js';
import { type Answer, send } from '../../support/http.js';
import { itemPath, putItem, validItem } from '../../support/items.js';
import { readyConnection } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

const ALL = ['groups', 'items', 'operations', 'schema'];

describe.each(['beta', 'v1.0'])(
  'field 6: what %s has of the service model beyond the reference',
  (version) => {
    const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
    const as = { tenantId: newTenant() };
    const user = validMember();
    const group = validGroup();
    let connection: string;
    beforeAll(async () => {
      connection = await readyConnection(server, { as });
      for (const id of ['a1', 'a2', 'b1']) await putItem(server, connection, id, validItem(), { as });
      await createGroup(server, connection, group, { as });
      await createGroup(server, connection, validGroup({ displayName: 'Other' }), { as });
      await addMember(server, connection, String(group.id), user, { as });
      await addMember(server, connection, String(group.id), validMember({ id: 'x', type: 'externalGroup' }), {
        as,
      });
      const body = {
        activities: ['viewed', 'modified', 'viewed'].map((type) => ({
          type,
          startDateTime: '2026-11-24T18:05:10Z',
          ...(type === 'modified' ? { performedBy: user } : {}),
        })),
      };
      const path = `${itemPath(connection, 'a1', version)}/addActivities`;
      expect((await send(server, 'POST', path, { as, body })).status).toBe(200);
    });

    const root = (): string => `/${version}/external/connections/${connection}`;
    const get = (path: string, call: object = {}): Promise<Answer> =>
      send(server, 'GET', path, { as, ...call });

    it('counts what a list would find, by the filter of the list, as text', async () => {
      const members = membersPath(connection, String(group.id), version);
      for (const [path, count] of [
        [`${root()}/items/$count`, 3],
        [`${root()}/items/%24count`, 3],
        [`${root()}/items/$count?$filter=startswith(id,'a')`, 2],
        [`${root()}/operations/$count`, 1],
        [`${root()}/groups/$count`, 2],
        [`${root()}/groups/$count?$filter=displayName%20eq%20'Other'`, 1],
        [`${members}/$count`, 2],
        [`${members}/$count?$filter=type%20eq%20'user'`, 1],
        [`${root()}/items/a1/activities/$count`, 3],
        [`${root()}/items/a1/activities/$count?$filter=type%20eq%20'viewed'`, 2],
        [`${root()}/items/b1/activities/$count`, 0],
        [`/${version}/external/connections('${connection}')/items/$count`, 3],
        [`/${version}/connections('${connection}')/items/$count/`, 3],
        ...(version === 'beta' ? [[`${root()}/items/$count?filter=id%20eq%20'b1'`, 1] as const] : []),
      ] as const) {
        const { status, headers, text } = await get(path);
        expect({ path, status, text }).toEqual({ path, status: 200, text: String(count) });
        expect(headers.get('content-type')).toBe('text/plain');
      }
    });

    it('counts nothing by options that a number does not have, or that cannot be read', async () => {
      for (const query of [
        '$top=1',
        '$count=true',
        '$skip=1',
        '$orderby=id',
        '$select=id',
        '$filter=',
        '$filter=no%20eq%201',
        '$format=json',
      ]) {
        const answer = await get(`${root()}/items/$count?${query}`);
        assertGraphError(answer, { status: 400, code: 'BadRequest', inner: null });
      }
      assertGraphError(await get(`${root()}/operations/$count?$filter=id%20eq%20'x'`), {
        status: 400,
        code: 'BadRequest',
      });
    });

    it('counts under the permission of the list, and nothing of what is not there', async () => {
      for (const path of [
        'items/$count',
        'groups/$count',
        'items/a1/activities/$count',
        'items/a1/activities',
      ]) {
        const call = { as: { ...as, permissions: ['ExternalConnection.Read.All'] } };
        expect((await get(`${root()}/${path}`, call)).status, path).toBe(403);
        expect((await get(`${root()}/${path}`, { as: { tenantId: newTenant() } })).status, path).toBe(404);
        expect((await get(`${root()}/${path}`, { as: null })).status, path).toBe(401);
      }
      for (const path of ['items/no/activities/$count', 'items/no/activities', 'groups/no/members/$count'])
        expect((await get(`${root()}/${path}`)).status, path).toBe(404);
    });

    it('counts with $top the whole collection', async () => {
      const { body } = await get(`${root()}/items?$top=1&$count=true`);
      expect(body).toMatchObject({ '@odata.count': 3, value: [{ id: 'a1' }] });
    });

    it('lists what was recorded of an item, page by page, and shows one of it', async () => {
      const path = `${root()}/items/a1/activities`;
      const first = await get(`${path}?$top=2&$count=true`);
      expect(first.body['@odata.context']).toBe(
        `${server.url}/${version}/$metadata#external/connections('${connection}')/items('a1')/activities`,
      );
      expect(first.body['@odata.count']).toBe(3);
      const second = await get(String(first.body['@odata.nextLink']).slice(server.url.length));
      const all = [...first.body.value, ...second.body.value];
      expect(all.map(({ type }) => type as string).toSorted()).toEqual(['modified', 'viewed', 'viewed']);
      const modified = all.find(({ type }) => type === 'modified');
      expect(modified).toEqual({
        id: expect.any(String),
        type: 'modified',
        startDateTime: '2026-11-24T18:05:10Z',
        performedBy: user,
      });
      const one = await get(`${path}/${String(modified.id).toUpperCase()}`);
      expect(one.body).toEqual({ '@odata.context': `${first.body['@odata.context']}/$entity`, ...modified });
      const selected = await get(`${path}?$filter=type%20eq%20'modified'&$select=type&$expand=performedBy`);
      expect(selected.body.value).toEqual([{ type: 'modified', performedBy: user }]);
    });

    it.each(['x', '00000000-0000-4000-8000-000000000000', '%00'])(
      'has no activity %s [activityNotFound]',
      async (id) => {
        assertGraphError(await get(`${root()}/items/a1/activities/${id}`), {
          status: 404,
          code: 'ItemNotFound',
          inner: { code: 'ResourceNotFound', source: 'ExternalActivity' },
        });
      },
    );

    it('shows one member of a group, its GUID in any case', async () => {
      const path = membersPath(connection, String(group.id), version);
      const { status, body } = await get(`${path}/${String(user.id).toUpperCase()}`);
      expect({ status, body }).toMatchObject({ status: 200, body: user });
      expect(body['@odata.context']).toMatch(/\/members\/\$entity$/);
      expect((await get(`${path}/x`)).body).toMatchObject({ id: 'x', type: 'externalGroup' });
      for (const missing of ['X', 'no', '%00', '00000000-0000-4000-8000-000000000000'])
        assertGraphError(await get(`${path}/${missing}`), { status: 404, code: 'ItemNotFound' });
      expect((await get(`${groupsPath(connection, version)}/no/members/x`)).status).toBe(404);
    });

    it('answers external, and its connections where $expand asks for them', async () => {
      const context = `${server.url}/${version}/$metadata#external`;
      expect((await get(`/${version}/external`)).body).toEqual({ '@odata.context': context });
      for (const expand of ['connections', '*']) {
        const { status, body } = await get(`/${version}/external?$expand=${expand}`);
        expect({ status, context: body['@odata.context'] }).toEqual({ status: 200, context });
        expect(ids({ body: { value: body.connections } } as Answer)).toEqual([connection]);
      }
      for (const query of [
        '$select=id',
        '$filter=id%20eq%20%27x%27',
        '$expand=items',
        '$expand=connections,items',
      ])
        assertGraphError(await get(`/${version}/external?${query}`), { status: 400, code: 'BadRequest' });
      expect((await get(`/${version}/external`, { as: null })).status).toBe(401);
      const items = { as: { ...as, permissions: ['ExternalItem.ReadWrite.All'] } };
      expect((await get(`/${version}/external`, items)).status).toBe(403);
    });

    it('leads from external to the rest of many connections', async () => {
      const other = { tenantId: newTenant() };
      for (let index = 0; index < 101; index++) await create(server, validConnection(), { as: other });
      const { body } = await get(`/${version}/external?$expand=connections`, { as: other });
      const next = String(body['connections@odata.nextLink']);
      expect(next.startsWith(`${server.url}/${version}/external/connections?$skiptoken=`)).toBe(true);
      const rest = await get(next.slice(server.url.length), { as: other });
      expect(body.connections).toHaveLength(100);
      expect(rest.body.value).toHaveLength(1);
    });

    it('expands everything by $expand=*, under the permissions of each part', async () => {
      const names = version === 'beta' ? [...ALL, 'quota'] : ALL;
      const asked = [
        `${root()}?$expand=*`,
        `${root()}?$expand=*,items`,
        `/${version}/external/connections?$expand=*`,
      ];
      for (const path of asked) {
        const { status, body, text } = await get(path);
        expect(status, text).toBe(200);
        const one = body.value === undefined ? body : body.value[0];
        expect(Object.keys(one)).toEqual(expect.arrayContaining(names));
        expect(one.items.map(({ id }: { id: string }) => id)).toEqual(['a1', 'a2', 'b1']);
        expect(one.groups).toHaveLength(2);
        expect(one.schema).toMatchObject({ baseType: 'microsoft.graph.externalItem' });
        expect('quota' in one).toBe(version === 'beta');
      }
      const selected = await get(`${root()}?$select=id&$expand=*`);
      expect(new Set(Object.keys(selected.body))).toEqual(new Set(['@odata.context', 'id', ...names]));
      const few = { as: { ...as, permissions: ['ExternalConnection.ReadWrite.OwnedBy'] } };
      for (const path of asked) assertGraphError(await get(path, few), { status: 403, code: 'AccessDenied' });
    });

    it('expands the members of a group by $expand=* too', async () => {
      const { body } = await get(`${groupsPath(connection, version)}/${String(group.id)}?$expand=*`);
      expect(body.members).toHaveLength(2);
    });

    it('is told by $format how much of metadata to answer, before Accept', async () => {
      const path = `/${version}/external/connections`;
      const none = await get(`${path}?$format=application/json;odata.metadata=none`);
      expect(none.body['@odata.context']).toBeUndefined();
      expect((await get(`${path}?$format=json`)).body['@odata.context']).toBeDefined();
      for (const format of ['xml', 'atom', 'application/xml', 'application/jsonx'])
        assertGraphError(await get(`${path}?$format=${format}`), { status: 400, code: 'BadRequest' });
    });
  },
);
