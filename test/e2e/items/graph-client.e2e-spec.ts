import { GraphError } from '@microsoft/microsoft-graph-client';
import { beforeAll, describe, expect, it } from 'vitest';
import { tokenOf } from '../../support/callers.js';
import { graphClient } from '../../support/graph-client.js';
import { validItem } from '../../support/items.js';
import { property, readyConnection, validSchema } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

describe.each(['beta', 'v1.0'])('@microsoft/microsoft-graph-client and items in %s', (version) => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let items: string;
  beforeAll(async () => {
    const schema = validSchema(property(), property({ name: 'tags', type: 'stringCollection' }));
    items = `/external/connections/${await readyConnection(server, { schema })}/items`;
  });

  const connect = async () => graphClient(server, await tokenOf(server), version).client;

  it('writes, reads, changes, lists and deletes them', async () => {
    const client = await connect();
    const item = validItem({
      properties: { title: 'Printer', 'tags@odata.type': 'Collection(String)', tags: ['printer', 'floor3'] },
      content: { type: 'text', value: 'Paper jam since Monday.' },
    });
    const written = await client.api(`${items}/T4711`).put({ id: 'T4711', ...item });
    expect(written).toMatchObject({ id: 'T4711', ...item, activities: [] });
    expect(await client.api(`${items}/T4711`).get()).toMatchObject({ id: 'T4711', ...item });
    expect((await client.api(`${items}/T4711`).patch({ properties: { title: 'x' } })).properties).toEqual({
      title: 'x',
    });
    expect((await client.api(items).get()).value).toHaveLength(1);
    expect(await client.api(`${items}/T4711`).delete()).toBeUndefined();
    expect((await client.api(items).get()).value).toEqual([]);
  });

  it('sees every refusal as its GraphError', async () => {
    const client = await connect();
    const failure = await client
      .api(`${items}/T1`)
      .put(validItem({ properties: { subject: 'x' } }))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(GraphError);
    const { statusCode, code, body } = failure as GraphError;
    expect({ statusCode, code }).toEqual({ statusCode: 400, code: 'InvalidRequest' });
    expect(JSON.parse(body).innerError.message).toBe("Property 'subject' is not defined in the schema.");
    const missing = await client
      .api(`${items}/missing`)
      .get()
      .catch((error: unknown) => error);
    expect(missing).toMatchObject({ statusCode: 404, code: 'ItemNotFound' });
  });
});
