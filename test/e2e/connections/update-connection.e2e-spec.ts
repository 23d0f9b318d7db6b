import { describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { create, ids, read, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { type Call, send } from '../../support/http.js';
import { useServer } from '../../support/server.js';

const APP_A = 'aaaaaaaa-1111-4111-8111-111111111111';
const APP_B = 'bbbbbbbb-1111-4111-8111-111111111111';
const OWNED_BY = ['ExternalConnection.ReadWrite.OwnedBy'] as const;
const RESOLVER = '#microsoft.graph.externalConnectors.itemIdResolver';
const template = (id: string): object => ({
  id,
  priority: 1,
  layout: { type: 'AdaptiveCard', version: '1.3', body: [{ type: 'TextBlock', text: 'x' }] },
});

describe('PATCH /external/connections/{id}', () => {
  const server = useServer();

  const update = (id: unknown, body: unknown, call: Call = {}, version = 'beta') =>
    send(server, 'PATCH', `/${version}/external/connections/${String(id)}`, { ...call, body });
  const created = async (overrides: object = {}, call: Call = {}): Promise<string> => {
    const answer = await create(server, validConnection(overrides as Record<string, unknown>), call);
    expect(answer.status, answer.text).toBe(201);
    return answer.body.id as string;
  };

  it.each(['beta', 'v1.0'])('answers 204 without a body in %s, and the rest stays', async (version) => {
    const id = await created({ contentCategory: 'wikis' });
    const answer = await update(id, { name: 'Another name' }, {}, version);
    expect(answer.status).toBe(204);
    expect(answer.text).toBe('');
    expect(answer.headers.get('content-type')).toBeNull();
    expect((await read(server, id)).body).toMatchObject({
      name: 'Another name',
      description: 'Connection to index Contoso HR system',
      contentCategory: 'wikis',
      state: 'draft',
    });
  });

  it('changes each property that a client may write, and unsets by null', async () => {
    const id = await created();
    const settings = {
      name: 'N',
      description: 'D',
      connectorId: 'b4a1ef4b-7f2d-4b8e-9a1b-2c3d4e5f6a7b',
      contentCategory: 'crm',
      enabledContentExperiences: 'compliance',
      searchSettings: { searchResultTemplates: [template('a')] },
      activitySettings: { urlToItemResolvers: [{ priority: 1, '@odata.type': RESOLVER, itemId: '{a}' }] },
    };
    expect((await update(id, settings)).status).toBe(204);
    expect((await read(server, id)).body).toMatchObject(settings);
    const nothing = {
      description: null,
      connectorId: null,
      enabledContentExperiences: null,
      searchSettings: null,
      activitySettings: null,
    };
    expect((await update(id, nothing)).status).toBe(204);
    const after = (await read(server, id)).body;
    expect(after.description).toBeNull();
    for (const name of Object.keys(nothing).slice(1)) expect(after).not.toHaveProperty(name);
  });

  it('merges complex properties: absent members stay, present ones replace', async () => {
    const id = await created({ configuration: { remark: 'kept', authorizedAppIds: [APP_B] } });
    const before = (await read(server, id)).body.configuration;
    for (const configuration of [
      {},
      { '@odata.type': '#microsoft.graph.externalConnectors.configuration' },
    ]) {
      expect((await update(id, { configuration })).status).toBe(204);
      expect((await read(server, id)).body.configuration).toEqual(before);
    }
    await update(id, { configuration: { another: 1 } });
    expect((await read(server, id)).body.configuration).toEqual({ ...before, another: 1 });
  });

  it('takes back what was read, with what the service computes', async () => {
    const id = await created({ searchSettings: { searchResultTemplates: [template('a')] } });
    const { body } = await read(server, id);
    expect((await update(id, body)).status).toBe(204);
    expect((await read(server, id)).body).toEqual(body);
  });

  it('does not change the id [propertyNotUpdatable]', async () => {
    const id = await created();
    expect((await update(id, { id: id.toUpperCase() })).status).toBe(204);
    assertGraphError(await update(id, { id: 'another1', name: 'x' }), {
      status: 400,
      code: 'InvalidRequest',
      inner: { code: 'PropertyNotUpdatable', message: "Property 'id' cannot be set." },
    });
    expect((await read(server, id)).body).toMatchObject({ id, name: 'Contoso HR' });
  });

  it.each([
    [{ name: '' }, 'InvalidRequest'],
    [{ name: 'n'.repeat(129) }, 'InvalidRequest'],
    [{ name: null }, 'BadRequest'],
    [{ contentCategory: null }, 'BadRequest'],
    [{ contentCategory: 'poems' }, 'InvalidRequest'],
    [{ colour: 'red' }, 'BadRequest'],
  ])('refuses %j, and changes nothing', async (body, code) => {
    const id = await created();
    const before = (await read(server, id)).body;
    assertGraphError(await update(id, { description: 'changed', ...body }), { status: 400, code });
    expect((await read(server, id)).body).toEqual(before);
  });

  it('refuses a broken adaptive card: the known issue is one of creation', async () => {
    const id = await created();
    const layout = { type: 'AdaptiveCard', version: '1.3', body: [{ type: 'Nope' }] };
    const searchSettings = { searchResultTemplates: [{ ...template('a'), layout }] };
    assertGraphError(await update(id, { searchSettings }), {
      status: 400,
      code: 'InvalidRequest',
      inner: { code: 'InvalidResultLayout' },
    });
    expect((await read(server, id)).body).not.toHaveProperty('searchSettings');
  });

  it('refuses an ETag, and takes If-Match: * [resourceModified]', async () => {
    const id = await created();
    assertGraphError(await update(id, { name: 'x' }, { headers: { 'if-match': 'W/"1"' } }), {
      status: 412,
      code: 'ResourceModified',
    });
    expect((await update(id, { name: 'x' }, { headers: { 'if-match': '*' } })).status).toBe(204);
  });

  it('answers 404 for a connection that is not there, or of another tenant', async () => {
    const id = await created();
    assertGraphError(await update('missing', { name: 'x' }), { status: 404, code: 'ItemNotFound' });
    assertGraphError(await update(id, { name: 'x' }, { as: { tenantId: newTenant() } }), {
      status: 404,
      code: 'ItemNotFound',
    });
  });

  it('loses no update of two at the same moment', async () => {
    const id = await created();
    const members = Array.from({ length: 50 }, (_, index) => `member${index}`);
    await Promise.all(members.map((member) => update(id, { configuration: { [member]: true } })));
    expect(Object.keys((await read(server, id)).body.configuration)).toEqual(expect.arrayContaining(members));
  });

  describe('and authorizedAppIds', () => {
    const list = (as: object) => send(server, 'GET', '/beta/external/connections', { as });

    it('lets an owner add another application, which then sees and changes the connection', async () => {
      const tenantId = newTenant();
      const [a, b] = [APP_A, APP_B].map((appId) => ({ tenantId, appId, permissions: OWNED_BY }));
      const id = await created({}, { as: a });
      assertGraphError(await update(id, { name: 'x' }, { as: b }), { status: 403, code: 'AccessDenied' });
      expect(ids(await list(b!))).toEqual([]);
      expect((await update(id, { configuration: { authorizedAppIds: [APP_B] } }, { as: a })).status).toBe(
        204,
      );
      expect((await read(server, id, { as: b })).body.configuration.authorizedAppIds).toEqual([APP_A, APP_B]);
      expect(ids(await list(b!))).toEqual([id]);
      expect((await update(id, { name: 'changed by B' }, { as: b })).status).toBe(204);
    });

    it('keeps an owner among them that sends the list without itself', async () => {
      const as = { tenantId: newTenant(), appId: APP_A, permissions: OWNED_BY };
      const id = await created({}, { as });
      for (const authorizedAppIds of [[], null, [APP_B]]) {
        expect((await update(id, { configuration: { authorizedAppIds } }, { as })).status).toBe(204);
        expect((await read(server, id, { as })).body.configuration.authorizedAppIds[0]).toBe(APP_A);
      }
    });

    it('lets one owner take another away', async () => {
      const tenantId = newTenant();
      const [a, b] = [APP_A, APP_B].map((appId) => ({ tenantId, appId, permissions: OWNED_BY }));
      const id = await created({ configuration: { authorizedAppIds: [APP_B] } }, { as: a });
      await update(id, { configuration: { authorizedAppIds: [APP_B] } }, { as: { tenantId, appId: APP_B } });
      assertGraphError(await read(server, id, { as: a }), { status: 403, code: 'AccessDenied' });
      expect((await read(server, id, { as: b })).status).toBe(200);
    });

    it('never leaves a connection without an owner [connectionWithoutOwner]', async () => {
      const as = { tenantId: newTenant() };
      const id = await created({}, { as });
      for (const authorizedAppIds of [[], null]) {
        assertGraphError(await update(id, { configuration: { authorizedAppIds } }, { as }), {
          status: 400,
          code: 'InvalidRequest',
          inner: { code: 'ConnectionWithoutOwner' },
        });
      }
      expect((await read(server, id, { as })).body.configuration.authorizedAppIds).toHaveLength(1);
    });
  });
});
