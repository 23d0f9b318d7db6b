import { describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { create, validConnection } from '../../support/connections.js';
import { send } from '../../support/http.js';
import { useServer } from '../../support/server.js';

/** What clients send though no page tells them to (docs/contract/clients.md#10 and #12). */
const HEADERS: Record<string, string>[] = [
  { SdkVersion: 'graph-js/3.0.7 (featureUsage=6), graph-js/3.0.7 (featureUsage=6)' },
  { 'X-ClientService-ClientTag': 'M365CLI', 'Retry-Attempt': '1' },
  { 'GraphConnectors-Ticket': 'opaque' },
  { 'odata-version': '4.0', 'odata-maxversion': '4.0' },
  { prefer: 'include-unknown-enum-members' },
  { prefer: 'return=minimal, odata.maxpagesize=5' },
  { 'sec-fetch-mode': 'cors' },
  { accept: '*/*' },
  { accept: 'application/json;odata.metadata=minimal;charset=utf-8;IEEE754Compatible=false;anything=else' },
  { accept: 'text/html' },
  { 'user-agent': 'NONISV|SharePointPnP|CLIMicrosoft365/11.11.0' },
];

describe('headers that clients send and no page names', () => {
  const server = useServer();
  const as = { tenantId: newTenant() };

  it.each(HEADERS)('answers as without the headers %j', async (headers) => {
    for (const version of ['beta', 'v1.0']) {
      const body = validConnection();
      const created = await create(server, body, { as, headers, version });
      expect(created.status, created.text).toBe(201);
      const path = `/${version}/external/connections/${String(body.id)}`;
      const read = await send(server, 'GET', path, { as, headers });
      expect(read.body).toEqual((await send(server, 'GET', path, { as })).body);
      expect(read.body['@odata.context']).toBe(
        `${server.url}/${version}/$metadata#external/connections/$entity`,
      );
    }
  });

  it('answers a GET without a body as without its Content-Type', async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await send(server, 'GET', '/v1.0/external/connections', { as, headers });
    expect(answer.status).toBe(200);
  });
});
