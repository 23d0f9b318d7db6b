import { beforeAll, describe, expect, it } from 'vitest';
import { create, read, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { content, deleteItem, getItem, itemPath, putItem, validItem } from '../../support/items.js';
import { property, readyConnection, validSchema } from '../../support/schemas.js';
import { startServer, useServer } from '../../support/server.js';

const ACL = [{ type: 'everyone', value: 'everyone', accessType: 'grant' }];
const TYPE = '#microsoft.graph.externalConnectors';
const LABEL = '2f1a1d2c-0a3b-4c5d-8e6f-112233445566';

describe.each(['beta', 'v1.0'])('PUT /%s/external/connections/{id}/items/{id}', (version) => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let connection: string;
  beforeAll(async () => {
    connection = await readyConnection(server, {
      schema: validSchema(property(), property({ name: 'count', type: 'int64' })),
    });
  });

  let counter = 0;
  const newItem = (): string => `item${counter++}`;
  const put = (id: string, body: unknown) => putItem(server, connection, id, body, { version });
  const get = (id: string) => getItem(server, connection, id, { version });
  const ingested = async (): Promise<number> => (await read(server, connection)).body.ingestedItemsCount;

  it('answers 200 and the item, never 201, and no Location, for a create and for an update', async () => {
    const id = newItem();
    const body = validItem({ content: { type: 'text', value: 'Paper jam since Monday.' } });
    for (let round = 0; round < 2; round++) {
      const answer = await put(id, body);
      expect(answer.status, answer.text).toBe(200);
      expect(answer.headers.get('location')).toBeNull();
      expect(answer.headers.get('content-type')).toMatch(/^application\/json;odata\.metadata=minimal/);
      expect(Object.keys(answer.body)[0]).toBe('@odata.context');
      expect(answer.body).toEqual({
        '@odata.context': `${server.url}/${version}/$metadata#external/connections('${connection}')/items/$entity`,
        id,
        ...body,
        activities: [],
      });
      const { activities: _, ...stored } = answer.body;
      expect((await get(id)).body).toEqual(stored);
    }
  });

  it('answers without @odata annotations for odata.metadata=none', async () => {
    const headers = { accept: 'application/json;odata.metadata=none' };
    const id = newItem();
    const answer = await putItem(server, connection, id, validItem(), { headers, version });
    expect(answer.body).toEqual({ id, ...validItem(), activities: [] });
  });

  it('keeps what the body of an update does not name: acl, properties, content and label', async () => {
    const id = newItem();
    const whole = {
      acl: ACL,
      properties: { title: 'one', count: 1 },
      content: { type: 'html', value: '<p>one</p>' },
      informationProtectionLabel: { sensitivityLabelId: LABEL },
    };
    expect((await put(id, whole)).status).toBe(200);
    const changes: Record<string, unknown>[] = [
      {},
      { properties: { title: 'two' } },
      { acl: [{ type: 'user', value: 'a', accessType: 'deny' }] },
      { content: { type: 'text', value: 'two' } },
      { informationProtectionLabel: null },
      { content: null },
    ];
    let expected: Record<string, unknown> = whole;
    for (const change of changes) {
      expected = { ...expected, ...change };
      const answer = await put(id, change);
      expect(answer.status, answer.text).toBe(200);
      const shown = Object.fromEntries(Object.entries(expected).filter(([, value]) => value !== null));
      expect(content(answer)).toEqual({ id, ...shown });
      expect(content(await get(id))).toEqual({ id, ...shown });
    }
  });

  it('replaces properties whole: a property that is not in them is gone', async () => {
    const id = newItem();
    await put(id, validItem({ properties: { title: 'one', count: 1 } }));
    expect((await put(id, { properties: { count: 2 } })).body.properties).toEqual({ count: 2 });
    expect((await get(id)).body.properties).toEqual({ count: 2 });
  });

  it('replaces acl whole', async () => {
    const id = newItem();
    await put(id, validItem());
    const acl = [
      { type: 'user', value: 'one', accessType: 'grant' },
      { type: 'group', value: 'two', accessType: 'deny' },
    ];
    expect((await put(id, { acl })).body.acl).toEqual(acl);
    expect((await get(id)).body.acl).toEqual(acl);
  });

  it('needs acl and properties for a new item, and says both that are missing', async () => {
    const id = newItem();
    const answer = await put(id, {});
    assertGraphError(answer, {
      status: 400,
      code: 'InvalidRequest',
      inner: { code: 'InvalidAcl', message: 'Acl list is null or empty for this item.' },
    });
    expect(answer.body.error.details).toEqual([
      { code: 'InvalidAcl', message: 'Acl list is null or empty for this item.', target: 'acl' },
      {
        code: 'RequiredPropertyMissing',
        message: "Property 'properties' is required: an item has at least one.",
        target: 'properties',
      },
    ]);
    expect((await get(id)).status).toBe(404);
  });

  it.each([
    ['no properties', { acl: ACL }],
    ['null for the properties', { acl: ACL, properties: null }],
    ['empty properties', { acl: ACL, properties: {} }],
    ['nothing but annotations', { acl: ACL, properties: { 'title@odata.type': 'String' } }],
  ])('refuses a new item with %s', async (_what, body) => {
    const id = newItem();
    const before = await ingested();
    assertGraphError(await put(id, body), {
      status: 400,
      code: 'InvalidRequest',
      inner: {
        code: 'RequiredPropertyMissing',
        message: "Property 'properties' is required: an item has at least one.",
      },
    });
    expect((await get(id)).status).toBe(404);
    expect(await ingested()).toBe(before);
  });

  it.each([
    ['null for the properties', { properties: null }],
    ['empty properties', { properties: {} }],
  ])('refuses %s in an update, and changes nothing', async (_what, body) => {
    const id = newItem();
    await put(id, validItem());
    assertGraphError(await put(id, { content: { type: 'text', value: 'changed' }, ...body }), {
      status: 400,
      code: 'InvalidRequest',
      inner: { code: 'RequiredPropertyMissing' },
    });
    expect(content(await get(id))).toEqual({ id, ...validItem() });
  });

  it('takes a copy of the id in the body, and refuses another [itemIdNotUpdatable]', async () => {
    const id = newItem();
    expect((await put(id, validItem({ id }))).status).toBe(200);
    for (const other of [`${id}x`, id.toUpperCase(), '']) {
      assertGraphError(await put(id, validItem({ id: other })), {
        status: 400,
        code: 'InvalidRequest',
        inner: { code: 'PropertyNotUpdatable', source: 'ExternalItem' },
      });
    }
    expect((await put(id, validItem({ id: null }))).status).toBe(200);
    expect((await put(newItem(), validItem({ id }))).status).toBe(400);
  });

  it('ignores activities in the body, which can be written through addActivities alone', async () => {
    const id = newItem();
    const activities = [{ type: 'created', startDateTime: '2026-11-24T18:05:10Z', performedBy: { id: 'x' } }];
    const answer = await put(id, validItem({ activities }));
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body.activities).toEqual([]);
    expect((await get(id)).body).not.toHaveProperty('activities');
  });

  it('lets @odata.type pass everywhere in the body, with and without #', async () => {
    const id = newItem();
    for (const prefix of [TYPE, TYPE.slice(1)]) {
      const answer = await put(id, {
        '@odata.type': `${prefix}.externalItem`,
        '@odata.context': 'whatever',
        acl: [{ ...ACL[0], '@odata.type': `${prefix}.acl`, 'type@odata.type': '#x' }],
        'acl@odata.type': 'Collection(x)',
        properties: { '@odata.type': `${prefix}.properties`, 'title@odata.type': '#String', title: 'x' },
        content: { '@odata.type': `${prefix}.externalItemContent`, type: 'text', value: 'y' },
      });
      expect(answer.status, answer.text).toBe(200);
      expect(content(answer)).toEqual({
        id,
        acl: ACL,
        properties: { title: 'x' },
        content: { type: 'text', value: 'y' },
      });
    }
  });

  it('refuses another type, as the service refuses the old names of the types', async () => {
    const id = newItem();
    for (const body of [
      validItem({ '@odata.type': '#microsoft.graph.externalItem' }),
      validItem({ content: { type: 'text', value: '', '@odata.type': `${TYPE}.acl` } }),
      validItem({ '@odata.type': 5 }),
    ])
      assertGraphError(await put(id, body), {
        status: 400,
        code: 'InvalidRequest',
        inner: { code: 'DeserializationError' },
      });
    expect((await get(id)).status).toBe(404);
  });

  it.each(['text', 'html', 'HTML', 'Text'])(
    'takes content of type %s, answered in lower case',
    async (type) => {
      const id = newItem();
      const value = '<p class="x">a &amp; b</p>\n\t"quoted"\\';
      const answer = await put(id, validItem({ content: { type, value } }));
      expect(answer.body.content).toEqual({ type: type.toLowerCase(), value });
      expect((await get(id)).body.content).toEqual({ type: type.toLowerCase(), value });
    },
  );

  it('takes content without a value, which the model lets be null', async () => {
    const id = newItem();
    for (const value of [{}, { value: null }])
      expect((await put(id, validItem({ content: { type: 'text', ...value } }))).body.content).toEqual({
        type: 'text',
        value: null,
      });
    expect((await put(id, validItem({ content: { type: 'text', value: '' } }))).body.content.value).toBe('');
  });

  it.each<[body: Record<string, unknown>, code: string, inner: string]>([
    [{ content: { value: 'no type' } }, 'InvalidRequest', 'RequiredPropertyMissing'],
    [{ content: { type: null, value: 'x' } }, 'InvalidRequest', 'RequiredPropertyMissing'],
    [{ content: { type: 'pdf', value: 'x' } }, 'InvalidRequest', 'DeserializationError'],
    [{ content: { type: 'unknownFutureValue', value: 'x' } }, 'InvalidRequest', 'DeserializationError'],
    [{ content: { type: 'text', value: 7 } }, 'BadRequest', 'PropertyTypeMismatch'],
    [{ content: { type: 'text', value: 'x', size: 1 } }, 'BadRequest', 'PropertyNotFound'],
    [{ content: 'text' }, 'BadRequest', 'PropertyTypeMismatch'],
    [{ content: { type: 'text', value: 'a\0b' } }, 'BadRequest', 'PropertyTypeMismatch'],
    [{ content: { type: 'text', value: '\ud800' } }, 'BadRequest', 'PropertyTypeMismatch'],
    [{ properties: ['title'] }, 'BadRequest', 'PropertyTypeMismatch'],
    [{ properties: 'title' }, 'BadRequest', 'PropertyTypeMismatch'],
    [{ acl: {} }, 'BadRequest', 'PropertyTypeMismatch'],
    [{ colour: 'red' }, 'BadRequest', 'PropertyNotFound'],
    [{ Properties: { title: 'x' } }, 'BadRequest', 'PropertyNotFound'],
    [
      { informationProtectionLabel: { sensitivityLabelId: 'secret' } },
      'InvalidRequest',
      'InvalidSensitivityLabel',
    ],
    [{ informationProtectionLabel: LABEL }, 'BadRequest', 'PropertyTypeMismatch'],
  ])('refuses %j, for a new item and for an update, and changes nothing', async (part, code, inner) => {
    const id = newItem();
    const before = await ingested();
    const answer = await put(id, validItem(part));
    assertGraphError(answer, { status: 400, code });
    expect(answer.body.error.innerError.code).toBe(inner);
    expect((await get(id)).status).toBe(404);
    expect(await ingested()).toBe(before);
    await put(id, validItem());
    assertGraphError(await put(id, part), { status: 400, code });
    expect(content(await get(id))).toEqual({ id, ...validItem() });
    await deleteItem(server, connection, id);
  });

  it('says the wrong kind of content in the words of the gateway', async () => {
    assertGraphError(await put(newItem(), validItem({ content: 'text' })), {
      status: 400,
      code: 'BadRequest',
      message: 'Property content in payload has a value that does not match schema.',
    });
  });

  it('names every fault of a body, the unknown acl type in the words of the parser', async () => {
    const answer = await put('bad id', {
      acl: [{ type: 'user', value: 'x', accessType: 'grant' }, { type: 'group' }],
      content: { type: 'text', value: 'x' },
    });
    expect(answer.body.error.details.map(({ target }: { target: string }) => target)).toEqual([
      'acl[1].value',
      'acl[1].accessType',
    ]);
    const second = await put('bad id', { acl: [], properties: { title: 7, nothing: 1, count: 'x' } });
    assertGraphError(second, { status: 400, code: 'InvalidRequest' });
    expect(second.body.error.details.map(({ target }: { target: string }) => target)).toEqual([
      'id',
      'acl',
      'properties.title',
      'properties.nothing',
      'properties.count',
    ]);
  });

  it('is refused while the connection is a draft, and adds nothing [connectionStateForbids]', async () => {
    const draft = validConnection();
    await create(server, draft);
    for (const method of ['PUT', 'PATCH']) {
      const path = itemPath(draft.id as string, 'T1', version);
      assertGraphError(await send(server, method, path, { body: validItem() }), {
        status: 409,
        code: 'NotAllowed',
        inner: {
          code: 'ConnectionNotReady',
          source: 'Connection',
          message: expect.stringMatching(
            new RegExp(`^Connection '${String(draft.id)}' is not ready: its state is 'draft'\\.`),
          ),
        },
      });
    }
    expect((await getItem(server, draft.id as string, 'T1', { version })).status).toBe(404);
  });

  it('answers 404 for a connection that is not there', async () => {
    assertGraphError(await putItem(server, 'missing', 'T1', validItem(), { version }), {
      status: 404,
      code: 'ItemNotFound',
      inner: { code: 'ResourceNotFound', source: 'Connection', message: "'Connection' was not found." },
    });
  });

  it('takes a body of 4,000,000 bytes; one more is 413, and changes nothing [bodyTooLarge]', async () => {
    const id = newItem();
    const empty = JSON.stringify(validItem({ content: { type: 'text', value: '' } }));
    const value = 'x'.repeat(4_000_000 - empty.length);
    const body = JSON.stringify(validItem({ content: { type: 'text', value } }));
    const answer = await put(id, body);
    expect(answer.status).toBe(200);
    expect((await get(id)).body.content.value).toHaveLength(value.length);
    await put(id, { content: { type: 'text', value: 'small' } });
    assertGraphError(await put(id, `${body} `), {
      status: 413,
      code: 'RequestEntityTooLarge',
      message: 'The request size exceeds the maximum limit.',
    });
    assertGraphError(await put(newItem(), body.replace('"x', '"\u00e4')), {
      status: 413,
      code: 'RequestEntityTooLarge',
    });
    expect((await get(id)).body.content.value).toBe('small');
  });

  it('counts each item once, however often it is written', async () => {
    const id = newItem();
    const before = await ingested();
    for (let round = 0; round < 3; round++) await put(id, validItem());
    expect(await ingested()).toBe(before + 1);
  });
});

describe('POST /external/connections/{id}/items', () => {
  it('is answered 404, as generated clients find out [itemNotPostable]', async () => {
    const server = await startServer({ SCHEMA_PROVISIONING_MS: '0' });
    const connection = await readyConnection(server);
    for (const version of ['beta', 'v1.0']) {
      const path = `/${version}/external/connections/${connection}/items`;
      const answer = await send(server, 'POST', path, { body: { id: 'T1', ...validItem() } });
      assertGraphError(answer, { status: 404, code: 'UnknownError', message: '', inner: null });
      expect(answer.body.error.details).toEqual([
        { code: 'UnknownError', message: 'An item is created by PUT to its own address, …/items/{id}.' },
      ]);
    }
    expect((await getItem(server, connection, 'T1')).status).toBe(404);
    await server.close();
  });
});
