import { beforeAll, describe, expect, it } from 'vitest';
import { read } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { content, getItem, patchItem, putItem, validItem } from '../../support/items.js';
import { readyConnection } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

describe.each(['beta', 'v1.0'])(
  'PATCH /%s/external/connections/{id}/items/{id}, the older form',
  (version) => {
    const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
    let connection: string;
    beforeAll(async () => {
      connection = await readyConnection(server);
    });

    const patch = (id: string, body: unknown) => patchItem(server, connection, id, body, { version });

    it('answers 200 and the item: what is absent stays, what is present is replaced', async () => {
      await putItem(server, connection, 'T1', validItem({ content: { type: 'text', value: 'one' } }));
      const answer = await patch('T1', { properties: { title: 'two' } });
      expect(answer.status, answer.text).toBe(200);
      expect(answer.body).toEqual({
        '@odata.context': `${server.url}/${version}/$metadata#external/connections('${connection}')/items/$entity`,
        id: 'T1',
        ...validItem({ properties: { title: 'two' }, content: { type: 'text', value: 'one' } }),
        activities: [],
      });
      expect(content(await getItem(server, connection, 'T1'))).toEqual(content(answer));
      expect(content(await patch('T1', {}))).toEqual(content(answer));
    });

    it('creates nothing: 404 where there is no such item [itemNotFound]', async () => {
      const before = (await read(server, connection)).body.ingestedItemsCount;
      assertGraphError(await patch('missing', validItem()), {
        status: 404,
        code: 'ItemNotFound',
        message: 'The requested resource does not exist.',
        inner: { code: 'ResourceNotFound', source: 'ExternalItem', message: "'ExternalItem' was not found." },
      });
      expect((await getItem(server, connection, 'missing')).status).toBe(404);
      expect((await read(server, connection)).body.ingestedItemsCount).toBe(before);
    });

    it('has the rules of PUT, and changes nothing when it is refused', async () => {
      await putItem(server, connection, 'T2', validItem());
      for (const [body, code] of [
        [{ acl: [] }, 'InvalidRequest'],
        [{ acl: null }, 'InvalidRequest'],
        [{ properties: { title: 7 } }, 'InvalidRequest'],
        [{ properties: {} }, 'InvalidRequest'],
        [{ id: 'T3' }, 'InvalidRequest'],
        [{ colour: 'red' }, 'BadRequest'],
      ] as const)
        assertGraphError(await patch('T2', { content: { type: 'text', value: 'x' }, ...body }), {
          status: 400,
          code,
        });
      expect(content(await getItem(server, connection, 'T2'))).toEqual({ id: 'T2', ...validItem() });
    });

    it('loses no change of two at the same moment', async () => {
      await putItem(server, connection, 'T4', validItem());
      const acl = [{ type: 'user', value: 'x', accessType: 'grant' }];
      const answers = await Promise.all([
        patch('T4', { acl }),
        patch('T4', { properties: { title: 'changed' } }),
        patch('T4', { content: { type: 'html', value: '<b>' } }),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(content(await getItem(server, connection, 'T4'))).toEqual({
        id: 'T4',
        acl,
        properties: { title: 'changed' },
        content: { type: 'html', value: '<b>' },
      });
    });
  },
);
