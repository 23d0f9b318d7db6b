import { Client, PageIterator } from '@microsoft/microsoft-graph-client';
import { DataSource } from 'typeorm';
import { beforeAll, describe, expect, it } from 'vitest';
import { ConnectionEntity } from '../../../src/connections/connection.entity.js';
import { newTenant, tokenOf } from '../../support/callers.js';
import { create, ids, validConnection } from '../../support/connections.js';
import { query } from '../../support/database.js';
import { send } from '../../support/http.js';
import { type TestServer, useServer } from '../../support/server.js';

const CONNECTIONS = 10_000;
const padded = (index: number): string => String(index).padStart(5, '0');

/** Ten thousand rows that differ in what is unique, and in their name; through the API they would take half a minute. */
async function copyConnection(server: TestServer, tenantId: string, id: string): Promise<void> {
  const columns = server.app.get(DataSource).getMetadata(ConnectionEntity).columns;
  const number = `substr('0000' || "number", length('0000' || "number") - 4)`;
  const own: Record<string, string> = {
    normalizedId: `'stay' || ${number}`,
    id: `'stay' || ${number}`,
    connectionKey: `'key' || ${number}`,
    name: `'Name ' || substr(${number}, 4)`,
  };
  await query(
    server,
    `WITH RECURSIVE numbers("number") AS (SELECT 1 UNION ALL SELECT "number" + 1 FROM numbers WHERE "number" < ${CONNECTIONS - 1})
     INSERT INTO external_connection (${columns.map(({ databaseName }) => `"${databaseName}"`).join(', ')})
     SELECT ${columns.map(({ databaseName }) => own[databaseName] ?? `"${databaseName}"`).join(', ')}
     FROM external_connection, numbers WHERE "tenantId" = ? AND "id" = ?`,
    [tenantId, id],
  );
  await query(server, 'UPDATE tenant SET "connectionCount" = ? WHERE "tenantId" = ?', [
    CONNECTIONS,
    tenantId,
  ]);
}

describe('paging through 10,000 connections while others come and go', () => {
  const server = useServer();
  let as: string;
  beforeAll(async () => {
    const tenantId = newTenant();
    as = await tokenOf(server, { tenantId });
    await create(server, { id: 'stay00000', name: 'Name 00' }, { as });
    await copyConnection(server, tenantId, 'stay00000');
  });

  it.each(['', '&$orderby=name desc', "&$filter=startswith(id,'stay') or startswith(id,'come')"])(
    'shows each that was there throughout exactly once, with $top=100%s',
    async (options) => {
      const reading = new AbortController();
      const disturb = (async () => {
        for (let round = 0; !reading.signal.aborted; round++) {
          const id = `come${padded(round)}x${options.length}`;
          await create(server, validConnection({ id, name: `Name ${round % 100}` }), { as });
          await send(server, 'DELETE', `/beta/external/connections/${id}`, { as });
        }
      })();
      const client = Client.init({
        baseUrl: `${server.url}/`,
        defaultVersion: 'beta',
        authProvider: (done) => done(null, as),
        customHosts: new Set([new URL(server.url).hostname]),
        fetchOptions: { headers: { authorization: `Bearer ${as}` } },
      });
      const seen: string[] = [];
      const first = await send(server, 'GET', `/beta/external/connections?$top=100${options}`, { as });
      // The client follows https links only, so the pages come through our own eyes and its iterator counts them.
      const pages = [first];
      while (pages.at(-1)!.body['@odata.nextLink'] !== undefined) {
        const link = new URL(pages.at(-1)!.body['@odata.nextLink'] as string);
        pages.push(await send(server, 'GET', link.pathname + link.search, { as }));
      }
      for (const { body } of pages) {
        const { '@odata.nextLink': _link, ...page } = body;
        await new PageIterator(client, page, ({ id }: { id: string }) => seen.push(id) > 0).iterate();
      }
      reading.abort();
      await disturb;
      const stayed = seen.filter((id) => id.startsWith('stay'));
      expect(stayed).toHaveLength(CONNECTIONS);
      expect(new Set(stayed).size).toBe(CONNECTIONS);
      expect(pages.length).toBeGreaterThanOrEqual(CONNECTIONS / 100);
      expect(ids(first)).toHaveLength(100);
    },
    240_000,
  );

  it('keeps the options of the first request in the link, which is absolute', async () => {
    const { body } = await send(server, 'GET', '/v1.0/external/connections?$top=3&$select=id&$orderby=name', {
      as,
    });
    const link = new URL(body['@odata.nextLink'] as string);
    expect(link.origin).toBe(server.url);
    expect(link.pathname).toBe('/v1.0/external/connections');
    expect(link.search).toContain('$top=3&$select=id&$orderby=name&$skiptoken=');
    expect(Object.keys(body.value[0])).toEqual(['id']);
  });
});
