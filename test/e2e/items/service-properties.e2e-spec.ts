import { beforeAll, describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { type Call, send } from '../../support/http.js';
import { getItem, itemPath, listItems, patchItem, putItem, validItem } from '../../support/items.js';
import { property, readyConnection, validSchema } from '../../support/schemas.js';
import { startServer, useServer } from '../../support/server.js';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const OWN = validItem().properties as Record<string, unknown>;
const IDS = ['ows_SiteID', 'ows_WebId', 'ows_ListID', 'ows_UniqueId'];

describe.each(['beta', 'v1.0'])('the properties of an item in %s', (version) => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0', SERVICE_PROPERTIES: 'on' });
  let connection: string;
  beforeAll(async () => {
    connection = await readyConnection(server);
    for (const id of ['T1', 'T2']) await putItem(server, connection, id);
  });

  const read = async (id = 'T1', of = connection, call: Call = {}): Promise<Record<string, unknown>> =>
    (await getItem(server, of, id, { ...call, version })).body.properties;

  it('field 1.5: adds a Boolean and four GUIDs to the GET of an item with SERVICE_PROPERTIES=on, the same at each read', async () => {
    const { title, IsDGBasedSecurityEnabled, ...ids } = await read();
    expect({ title }).toEqual(OWN);
    expect(typeof IsDGBasedSecurityEnabled).toBe('boolean');
    expect(Object.keys(ids)).toEqual(IDS);
    for (const id of Object.values(ids)) expect(id).toMatch(GUID);
    expect(new Set(Object.values(ids)).size).toBe(IDS.length);
    expect(await read()).toEqual(await read());
    await putItem(server, connection, 'T1', validItem());
    expect(await read()).toMatchObject(ids);
    const again = await startServer({ ...server.environment, SERVICE_PROPERTIES: 'on' });
    expect((await getItem(again, connection, 'T1', { version })).body.properties).toMatchObject(ids);
    await again.close();
  });

  it('field 1.5: takes site and web from the tenant, the list from the connection, the last from the item', async () => {
    const differing = async (other: Record<string, unknown>): Promise<string[]> => {
      const one = await read();
      return IDS.filter((name) => one[name] !== other[name]);
    };
    expect(await differing(await read('T2'))).toEqual(['ows_UniqueId']);
    const sibling = await readyConnection(server);
    await putItem(server, sibling, 'T1');
    expect(await differing(await read('T1', sibling))).toEqual(['ows_ListID', 'ows_UniqueId']);
    const as = { tenantId: newTenant() };
    const foreign = await readyConnection(server, { as });
    await putItem(server, foreign, 'T1', validItem(), { as });
    expect(await differing(await read('T1', foreign, { as }))).toEqual(IDS);
  });

  it('field 1.5: reads them in a batch and by keys in parentheses too', async () => {
    const url = itemPath(connection, 'T1', version).slice(`/${version}`.length);
    const batch = await send(server, 'POST', `/${version}/$batch`, {
      body: { requests: [{ id: '1', method: 'GET', url }] },
    });
    expect(batch.body.responses[0].body.properties).toEqual(await read());
    const byKeys = `/${version}/external/connections('${connection}')/items('T1')`;
    expect((await send(server, 'GET', byKeys)).body.properties).toEqual(await read());
  });

  it('field 1.5: answers a write, a list and $expand with the item’s own only', async () => {
    expect((await putItem(server, connection, 'T1', {}, { version })).body.properties).toEqual(OWN);
    expect((await patchItem(server, connection, 'T1', {}, { version })).body.properties).toEqual(OWN);
    expect((await listItems(server, connection, { version })).body.value[0].properties).toEqual(OWN);
    const expanded = await send(
      server,
      'GET',
      `/${version}/external/connections/${connection}?$expand=items`,
    );
    expect(expanded.body.items[0].properties).toEqual(OWN);
  });

  it('field 1.5: lets no request write them', async () => {
    const answer = await putItem(server, connection, 'T1', { properties: await read() }, { version });
    expect(answer.status).toBe(400);
    expect(answer.body.error.details.map(({ target }: { target: string }) => target)).toEqual(
      ['IsDGBasedSecurityEnabled', ...IDS].map((name) => `properties.${name}`),
    );
  });

  it('field 1.5: keeps a property of the schema with such a name in any case as it is', async () => {
    const own = await readyConnection(server, {
      schema: validSchema(property({ name: 'isDGbasedSecurityEnabled' })),
    });
    await putItem(server, own, 'T1', validItem({ properties: { isDGbasedSecurityEnabled: 'mine' } }));
    const properties = await read('T1', own);
    expect(Object.keys(properties)).toEqual(['isDGbasedSecurityEnabled', ...IDS]);
    expect(properties.isDGbasedSecurityEnabled).toBe('mine');
  });

  it.each([{}, { SERVICE_PROPERTIES: 'off' }])(
    'field 1.5: answers a GET with the item’s own only with %j',
    async (set) => {
      const plain = await startServer({ ...server.environment, SERVICE_PROPERTIES: '', ...set });
      expect((await getItem(plain, connection, 'T1', { version })).body.properties).toEqual(OWN);
      await plain.close();
    },
  );
});
