import { beforeAll, describe, expect, it } from 'vitest';
import { newTenant, tokenOf } from '../../support/callers.js';
import { ids } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import { deleteItem, getItem, listItems, putItem, validItem } from '../../support/items.js';
import { readyConnection } from '../../support/schemas.js';
import { useServer } from '../../support/server.js';

const padded = (index: number): string => String(index).padStart(4, '0');

describe('reading items', () => {
  const server = useServer({ SCHEMA_PROVISIONING_MS: '0' });
  let as: string;
  let connection: string;
  beforeAll(async () => {
    as = await tokenOf(server, { tenantId: newTenant() });
    connection = await readyConnection(server, { as });
    const all = Array.from({ length: 250 }, (_, index) => `T${padded(index)}`);
    await Promise.all(all.map((id) => putItem(server, connection, id, validItem(), { as })));
  });

  /** Follows the links until the last page. */
  async function pages(of: string, query: string, version = 'beta'): Promise<Answer[]> {
    const read = [await listItems(server, of, { query, as, version })];
    for (;;) {
      const link = read.at(-1)!.body['@odata.nextLink'] as string | undefined;
      if (link === undefined) return read;
      expect(new URL(link).origin).toBe(server.url);
      read.push(await send(server, 'GET', link.slice(server.url.length), { as }));
    }
  }

  describe.each(['beta', 'v1.0'])('in %s', (version) => {
    it('answers an item without activities, which cannot be read', async () => {
      const answer = await getItem(server, connection, 'T0001', { as, version });
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({
        '@odata.context': `${server.url}/${version}/$metadata#external/connections('${connection}')/items/$entity`,
        id: 'T0001',
        ...validItem(),
      });
    });

    it('has no query options for one item: they are ignored', async () => {
      const path = `/${version}/external/connections/${connection}/items/T0001`;
      const answer = await send(server, 'GET', `${path}?$select=id&$expand=activities&$filter=x`, { as });
      expect(answer.status, answer.text).toBe(200);
      expect(answer.text).toBe((await send(server, 'GET', path, { as })).text);
    });

    it('answers 404 for an item that is not there [itemNotFound]', async () => {
      assertGraphError(await getItem(server, connection, 'missing', { as, version }), {
        status: 404,
        code: 'ItemNotFound',
        message: 'The requested resource does not exist.',
        inner: { code: 'ResourceNotFound', source: 'ExternalItem', message: "'ExternalItem' was not found." },
      });
    });

    it('lists items by id in pages of 100', async () => {
      const read = await pages(connection, '', version);
      expect(read.map(({ body }) => body.value.length)).toEqual([100, 100, 50]);
      expect(read[0]!.body['@odata.context']).toBe(
        `${server.url}/${version}/$metadata#external/connections('${connection}')/items`,
      );
      const seen = read.flatMap(ids);
      expect(seen).toHaveLength(250);
      expect(seen).toEqual(seen.toSorted());
      const { '@odata.context': _, ...one } = (await getItem(server, connection, seen[0]!, { as, version }))
        .body;
      expect(read[0]!.body.value[0]).toEqual(one);
    });
  });

  it('lists nothing of an empty connection, and 404 of one that is not there', async () => {
    const empty = await readyConnection(server, { as });
    expect((await listItems(server, empty, { as })).body.value).toEqual([]);
    assertGraphError(await listItems(server, 'missing', { as }), { status: 404, code: 'ItemNotFound' });
    assertGraphError(await getItem(server, 'missing', 'T0001', { as }), {
      status: 404,
      code: 'ItemNotFound',
    });
  });

  it('knows the query options of a list', async () => {
    const list = (query: string) => listItems(server, connection, { query, as });
    expect(ids(await list('?$top=2&$skip=3'))).toEqual(['T0003', 'T0004']);
    expect((await list('?$count=true&$top=1')).body['@odata.count']).toBe(250);
    expect((await list('?$select=id&$top=1')).body.value).toEqual([{ id: 'T0000' }]);
    expect(ids(await list("?$filter=id eq 'T0007'"))).toEqual(['T0007']);
    expect(ids(await list("?$filter=id eq 't0007'"))).toEqual([]);
    expect(ids(await list("?$filter=startswith(id,'T000')&$orderby=id desc&$top=2"))).toEqual([
      'T0009',
      'T0008',
    ]);
    for (const query of [
      '?$filter=colour eq 1',
      '?$orderby=acl',
      '?$search=x',
      '?$expand=activities',
      '?$top=-1',
    ])
      expect((await list(query)).status, query).toBe(400);
  });

  it('ends a page before it is more than 4,000,000 bytes, with one item at least', async () => {
    const large = await readyConnection(server, { as });
    const sizes = [1_000_000, 2_500_000, 3_000_000, 3_900_000, 10, 3_900_000];
    for (const [index, size] of sizes.entries()) {
      const item = validItem({ content: { type: 'text', value: 'x'.repeat(size) } });
      expect((await putItem(server, large, `T${index}`, item, { as })).status).toBe(200);
    }
    const read = await pages(large, '?$top=50');
    expect(read.map(ids)).toEqual([['T0', 'T1'], ['T2'], ['T3', 'T4'], ['T5']]);
    const expanded = await send(server, 'GET', `/beta/external/connections/${large}?$expand=items`, { as });
    expect(expanded.body.items).toHaveLength(2);
    const link = new URL(expanded.body['items@odata.nextLink'] as string);
    expect(ids(await send(server, 'GET', link.pathname + link.search, { as }))).toEqual(['T2']);
  });

  it('expands the items of 20 connections at once at most', async () => {
    const tenant = await tokenOf(server, { tenantId: newTenant() });
    const connections = await Promise.all(
      Array.from({ length: 22 }, () => readyConnection(server, { as: tenant })),
    );
    await Promise.all(connections.map((id) => putItem(server, id, 'T1', validItem(), { as: tenant })));
    const first = await send(server, 'GET', '/beta/external/connections?$expand=items', { as: tenant });
    expect(first.body.value).toHaveLength(20);
    expect(first.body.value[0].items).toEqual([{ id: 'T1', ...validItem() }]);
    const link = new URL(first.body['@odata.nextLink'] as string);
    expect((await send(server, 'GET', link.pathname + link.search, { as: tenant })).body.value).toHaveLength(
      2,
    );
  });

  it('shows each item that was there throughout exactly once while others come and go', async () => {
    const reading = new AbortController();
    const disturb = (async () => {
      for (let round = 0; !reading.signal.aborted; round++) {
        const id = `T${padded(round % 250)}come`;
        await putItem(server, connection, id, validItem(), { as });
        await deleteItem(server, connection, id, { as });
      }
    })();
    for (const query of ['?$top=7', '?$top=7&$orderby=id desc']) {
      const seen = (await pages(connection, query)).flatMap(ids).filter((id) => !id.endsWith('come'));
      expect(seen).toHaveLength(250);
      expect(new Set(seen).size).toBe(250);
    }
    reading.abort();
    await disturb;
  });
});
