import { beforeAll, describe, expect, it } from 'vitest';
import { ids } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { deleteItem, getItem, listItems, patchItem, putItem, validItem } from '../../support/items.js';
import { readyConnection } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

const LONGEST = 'x'.repeat(128);

describe('the id of an item', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let connection: string;
  beforeAll(async () => {
    connection = await readyConnection(server);
  });

  it.each(['1', 'T4711', 'sdks__create-client', 'ensure-site-library', 'bGFuZw==', '-', '_', '=', LONGEST])(
    'may be %s',
    async (id) => {
      for (const version of ['beta', 'v1.0']) {
        const written = await putItem(server, connection, id, validItem(), { version });
        expect(written.status, written.text).toBe(200);
        expect(written.body.id).toBe(id);
        expect((await getItem(server, connection, id, { version })).body.id).toBe(id);
        expect((await patchItem(server, connection, id, {}, { version })).body.id).toBe(id);
        expect((await deleteItem(server, connection, id, { version })).status).toBe(204);
      }
    },
  );

  it.each([
    ['129 characters', 'x'.repeat(129), 'Item id cannot exceed 128 characters.'],
    ['500 characters', 'x'.repeat(500), 'Item id cannot exceed 128 characters.'],
    ['a dot', 'a.b', undefined],
    ['a space', 'a%20b', undefined],
    ['a slash', 'a%2Fb', undefined],
    ['a letter that is not ASCII', '%C3%A4', undefined],
    ['a null character', 'a%00b', undefined],
    ['a line end behind it', 'a%0A', undefined],
    ['a quote', "a'b", undefined],
    ['a plus sign', 'a+b', undefined],
    ['a dollar sign', 'a$ref', undefined],
  ])('may not have %s', async (_what, id, message) => {
    assertGraphError(await putItem(server, connection, id), {
      status: 400,
      code: 'InvalidRequest',
      inner: {
        code: 'InvalidItemId',
        message:
          message ??
          `Item id '${decodeURIComponent(id).replace('\0', '\\u0000')}' may have the characters A-Z a-z 0-9 _ - = alone.`,
      },
    });
    assertGraphError(await getItem(server, connection, id), { status: 404, code: 'ItemNotFound' });
    expect(ids(await listItems(server, connection))).toEqual([]);
  });

  it.each(['%', '%E4', '%ZZ'])('may not be %s, which is no percent-encoding [uriNotValid]', async (id) => {
    assertGraphError(await putItem(server, connection, id), { status: 400, code: 'BadRequest' });
  });

  it('may be percent-encoded', async () => {
    await putItem(server, connection, '%54%5F1%3d', validItem());
    expect((await getItem(server, connection, 'T_1=')).body.id).toBe('T_1=');
    expect((await putItem(server, connection, '%54_1=', validItem({ id: 'T_1=' }))).status).toBe(200);
    expect((await deleteItem(server, connection, 'T_1%3D')).status).toBe(204);
  });

  it('tells upper and lower case apart', async () => {
    await putItem(server, connection, 'CaSe', validItem({ properties: { title: 'one' } }));
    expect((await getItem(server, connection, 'case')).status).toBe(404);
    await putItem(server, connection, 'case', validItem({ properties: { title: 'two' } }));
    expect((await getItem(server, connection, 'CaSe')).body.properties.title).toBe('one');
    expect((await getItem(server, connection, 'case')).body.properties.title).toBe('two');
    expect(ids(await listItems(server, connection))).toEqual(['CaSe', 'case']);
    for (const id of ['CaSe', 'case']) await deleteItem(server, connection, id);
  });

  it('may stand in parentheses and quotes, as OData writes keys', async () => {
    const path = `/beta/external/connections('${connection}')/items('T1')`;
    const written = await send(server, 'PUT', path, { body: validItem() });
    expect(written.status, written.text).toBe(200);
    expect(written.body['@odata.context']).toBe(
      `${server.url}/beta/$metadata#external/connections('${connection}')/items/$entity`,
    );
    expect((await send(server, 'GET', path)).body.id).toBe('T1');
    expect((await getItem(server, connection, 'T1')).body.id).toBe('T1');
    expect(
      (await send(server, 'GET', `/beta/external/connections('${connection}')/items`)).body.value,
    ).toHaveLength(1);
    expect((await send(server, 'DELETE', path)).status).toBe(204);
  });
});
