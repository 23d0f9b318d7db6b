import { beforeAll, describe, expect, it } from 'vitest';
import { createDocument } from '../../../src/openapi/documents.js';
import { Declared } from '../../support/answers.js';
import { create, validConnection } from '../../support/connections.js';
import { type Call, send } from '../../support/http.js';
import { itemPath, putItem, validItem } from '../../support/items.js';
import { property, readyConnection, validSchema } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

const LABEL = '2f1a1d2c-0a3b-4c5d-8e6f-112233445566';
const TAGS = { 'tags@odata.type': 'Collection(String)', tags: ['printer'] };

describe.each(['beta', 'v1.0'])(
  'what the server answers about items in %s is what its OpenAPI document says',
  (version) => {
    const collection = `/${version}/external/connections/{id}/items`;
    const entity = `${collection}/{itemId}`;
    const server = useServer({ SCHEMA_PROVISIONING_MS: '0', MAX_ITEMS_PER_CONNECTION: '5' });
    let declared: Declared;
    let connection: string;
    let path: string;
    beforeAll(async () => {
      declared = new Declared(createDocument(server.app, server.configuration));
      connection = await readyConnection(server, {
        schema: validSchema(property(), property({ name: 'tags', type: 'stringCollection' })),
      });
      path = itemPath(connection, 'T1', version);
    });

    it.each<[what: string, part: Record<string, unknown>]>([
      ['the least', {}],
      [
        'everything',
        {
          properties: { title: 'x', ...TAGS },
          content: { type: 'html', value: '<p>' },
          informationProtectionLabel: { sensitivityLabelId: LABEL },
        },
      ],
      [
        'null wherever it may be',
        { content: { type: 'text', value: null }, informationProtectionLabel: null, id: null },
      ],
      ['an external group', { acl: [{ type: 'externalGroup', value: 'x', accessType: 'deny' }] }],
      [
        'an external group of the older form',
        version === 'beta'
          ? { acl: [{ type: 'group', value: 'x', accessType: 'deny', identitySource: 'external' }] }
          : {},
      ],
    ])('match for an item with %s: written, changed, read, listed', async (_what, part) => {
      const body = validItem(part);
      expect(declared.faultsOfRequest(body, 'PUT', entity)).toEqual([]);
      const written = await putItem(server, connection, 'T1', body, { version });
      expect(written.status, written.text).toBe(200);
      declared.assertAnswer(written, 'PUT', entity);
      declared.assertAnswer(await send(server, 'PATCH', path, { body: {} }), 'PATCH', entity);
      for (const level of ['minimal', 'none']) {
        const headers = { accept: `application/json;odata.metadata=${level}` };
        declared.assertAnswer(await send(server, 'GET', path, { headers }), 'GET', entity);
        const listed = await send(server, 'GET', `${path.slice(0, -'/T1'.length)}?$count=true`, {
          headers,
        });
        expect(listed.body.value).toHaveLength(1);
        declared.assertAnswer(listed, 'GET', collection);
      }
      declared.assertAnswer(await send(server, 'DELETE', path), 'DELETE', entity);
    });

    it('match for every refusal of an item', async () => {
      const draft = validConnection();
      await create(server, draft);
      const ofDraft = itemPath(draft.id as string, 'T1', version);
      const list = path.slice(0, -'/T1'.length);
      const none = { permissions: [] };
      const calls: [status: number, method: string, address: string, call: Call][] = [
        [400, 'PUT', path, { body: { acl: [], properties: { x: 1 } } }],
        [400, 'PUT', path, { body: '{' }],
        [400, 'GET', `${list}?$top=x`, {}],
        [401, 'PUT', path, { as: null, body: {} }],
        [401, 'GET', list, { as: null }],
        [403, 'PUT', path, { as: none, body: {} }],
        [403, 'PATCH', path, { as: none, body: {} }],
        [403, 'GET', path, { as: none }],
        [403, 'GET', list, { as: none }],
        [403, 'DELETE', path, { as: none }],
        [404, 'PUT', itemPath('missing', 'T1', version), { body: validItem() }],
        [404, 'PATCH', path, { body: {} }],
        [404, 'GET', path, {}],
        [404, 'DELETE', path, {}],
        [404, 'GET', itemPath('missing', '', version).slice(0, -1), {}],
        [409, 'PUT', ofDraft, { body: validItem() }],
        [409, 'PATCH', ofDraft, { body: validItem() }],
        [413, 'PUT', path, { body: ' '.repeat(4_000_001) }],
        [415, 'PUT', path, { body: validItem(), headers: { 'content-encoding': 'zstd' } }],
      ];
      for (const [status, method, address, call] of calls) {
        const answer = await send(server, method, address, call);
        expect({ method, address, status: answer.status }, answer.text).toEqual({ method, address, status });
        declared.assertAnswer(answer, method, /items\/?(\?|$)/.test(address) ? collection : entity);
      }
    });

    it('match for a full connection', async () => {
      for (let index = 0; index < 5; index++) await putItem(server, connection, `F${index}`, validItem());
      const refused = await putItem(server, connection, 'F5', validItem(), { version });
      expect(refused.status).toBe(403);
      declared.assertAnswer(refused, 'PUT', entity);
    });
  },
);
