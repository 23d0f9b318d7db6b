import { beforeAll, describe, expect, it } from 'vitest';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, type Call, send } from '../../support/http.js';
import { getItem, itemPath, putItem, validItem } from '../../support/items.js';
import { readyConnection } from '../../support/schemas.js';
import { startServer, useServer } from '../../support/server.js';

const DELEGATED: Call = { as: { delegated: true } };
const REFUSED = {
  status: 401,
  code: 'Unauthenticated',
  message:
    'The request has not been applied because it lacks valid authentication credentials for the target resource.',
  inner: {
    code: 'DelegatedItemWriteRefused',
    message: expect.stringContaining('DELEGATED_ITEM_WRITES=refused'),
  },
} as const;

describe.each(['beta', 'v1.0'])('writes of items for a signed-in user, in %s', (version) => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0', DELEGATED_ITEM_WRITES: 'refused' });
  let connection: string;
  beforeAll(async () => {
    connection = await readyConnection(server);
    await putItem(server, connection, 'T1');
  });

  const write = (
    method: string,
    call: Call,
    body: unknown = validItem({ properties: { title: 'changed' } }),
  ): Promise<Answer> =>
    send(server, method, itemPath(connection, 'T1', version), {
      ...call,
      ...(method === 'DELETE' ? {} : { body }),
    });

  it.each(['PUT', 'PATCH', 'DELETE'])(
    'field 1.6: are refused with DELEGATED_ITEM_WRITES=refused by %s, whatever the body is [delegatedItemWriteRefused]',
    async (method) => {
      for (const body of [undefined, '{', 'x'.repeat(5_000_000), {}]) {
        const answer = await write(method, DELEGATED, body);
        assertGraphError(answer, REFUSED);
        expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /);
      }
      const byKeys = `/${version}/external/connections('${connection}')/items('new')`;
      if (method === 'PUT')
        assertGraphError(await send(server, 'PUT', byKeys, { ...DELEGATED, body: validItem() }), REFUSED);
      expect((await getItem(server, connection, 'new')).status).toBe(404);
      expect((await getItem(server, connection, 'T1')).body.properties).toEqual(validItem().properties);
    },
  );

  it('field 1.6: are refused in a batch, one by one', async () => {
    const url = itemPath(connection, 'T1', version).slice(`/${version}`.length);
    const requests = ['PUT', 'PATCH', 'DELETE', 'GET'].map((method) => ({
      id: method,
      method,
      url,
      ...(method === 'PUT' || method === 'PATCH'
        ? { headers: { 'Content-Type': 'application/json' }, body: validItem() }
        : {}),
    }));
    const answer = await send(server, 'POST', `/${version}/$batch`, { ...DELEGATED, body: { requests } });
    const statuses = (answer.body.responses as { id: string; status: number }[]).map(({ id, status }) => [
      id,
      status,
    ]);
    expect(Object.fromEntries(statuses)).toEqual({ PUT: 401, PATCH: 401, DELETE: 401, GET: 200 });
  });

  it('field 1.6: tells a token without the permission of that, and allows it to read', async () => {
    const as = { delegated: true, permissions: ['ExternalItem.Read.All'] } as const;
    assertGraphError(await write('PUT', { as }), { status: 403, code: 'AccessDenied' });
    expect((await getItem(server, connection, 'T1', { as, version })).status).toBe(200);
  });

  it('field 1.6: lets applications write as ever, and users what is no item', async () => {
    expect((await write('PUT', {}, validItem())).status).toBe(200);
    const groups = `/${version}/external/connections/${connection}/groups`;
    expect(
      (await send(server, 'POST', groups, { ...DELEGATED, body: { id: `g${version[0]}` } })).status,
    ).toBe(201);
  });

  it.each([{}, { DELEGATED_ITEM_WRITES: 'allowed' }])('field 1.6: are allowed with %j', async (set) => {
    const plain = await startServer({ ...server.environment, DELEGATED_ITEM_WRITES: '', ...set });
    for (const [method, status] of [
      ['PUT', 200],
      ['PATCH', 200],
      ['DELETE', 204],
    ] as const) {
      const answer = await send(plain, method, itemPath(connection, 'T9', version), {
        ...DELEGATED,
        ...(method === 'DELETE' ? {} : { body: validItem() }),
      });
      expect(answer.status, answer.text).toBe(status);
    }
    await plain.close();
  });
});
