import { afterEach, describe, expect, it } from 'vitest';
import { create, validConnection } from '../../support/connections.js';
import { send } from '../../support/http.js';
import { startServer, temporaryFolder, type TestServer } from '../../support/server.js';
import { type TlsFront, startTlsFront } from '../../support/tls-front.js';

const TENANT = '6f1f7c1e-2f57-4f0e-9d3a-0c5d0f6a7b81';

describe('field 5.8: TRUST_PROXY', () => {
  let server: TestServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  /** Where the links of an answer begin: Graph's and the authority's, which are the same. */
  async function originWith(headers: Record<string, string>): Promise<string> {
    const list = await send(server!, 'GET', '/beta/external/connections', { headers });
    const path = `/${TENANT}/v2.0/.well-known/openid-configuration`;
    const discovery = await send(server!, 'GET', path, { as: null, headers });
    const origin = new URL(list.body['@odata.context'] as string).origin;
    expect(discovery.body.token_endpoint).toBe(`${origin}/${TENANT}/oauth2/v2.0/token`);
    return origin;
  }

  const list = (proto: string, host: string, addresses?: string): Record<string, string> => ({
    'x-forwarded-proto': proto,
    'x-forwarded-host': host,
    ...(addresses === undefined ? {} : { 'x-forwarded-for': addresses }),
  });

  it.each([
    ['1', list('https', 'graph.contoso.com'), 'https://graph.contoso.com'],
    ['1', list('https', 'graph.contoso.com:8443', '198.51.100.7'), 'https://graph.contoso.com:8443'],
    ['1', list('HTTPS', '[2001:db8::1]:8443', '2001:db8::7'), 'https://[2001:db8::1]:8443'],
    // What a client wrote itself stands before what the proxy wrote.
    [
      '1',
      list('http, https', 'evil.example, graph.contoso.com', '203.0.113.9, 198.51.100.7'),
      'https://graph.contoso.com',
    ],
    ['1', list('gopher', 'graph.contoso.com'), 'http://graph.contoso.com'],
    ['1', list('https', 'evil.example/path'), 'https://localhost'],
    [
      '2',
      list('https, http', 'graph.contoso.com, inner.example', '198.51.100.7, 10.0.0.2'),
      'https://graph.contoso.com',
    ],
    ['2', list('https,http', 'graph.contoso.com,inner.example'), 'https://graph.contoso.com'],
    ['2', list('https', 'graph.contoso.com', '198.51.100.7, 10.0.0.2'), 'https://graph.contoso.com'],
    [
      '2',
      list('http, https, http', 'evil.example, graph.contoso.com, inner.example'),
      'https://graph.contoso.com',
    ],
    [
      '127.0.0.1, 10.0.0.0/8',
      list('https, http', 'graph.contoso.com, inner.example', '198.51.100.7, 10.0.0.2'),
      'https://graph.contoso.com',
    ],
    ['true', list('https', 'graph.contoso.com'), 'https://graph.contoso.com'],
    ['127.0.0.1', list('https', 'graph.contoso.com'), 'https://graph.contoso.com'],
  ])('=%s believes %j', async (value, headers, origin) => {
    server = await startServer({ TRUST_PROXY: value });
    expect(await originWith(headers)).toBe(origin);
  });

  it.each(['false', '0', '10.0.0.0/8', '::1'])('=%s believes nothing of a neighbour', async (value) => {
    server = await startServer({ TRUST_PROXY: value });
    expect(await originWith(list('https', 'graph.contoso.com', '198.51.100.7'))).toBe(server.url);
  });

  it('=1 leads a client over TLS by every link: Location, nextLink, context', async () => {
    server = await startServer({ TRUST_PROXY: '1' });
    const folder = temporaryFolder();
    const front: TlsFront = await startTlsFront(server.url, folder.path);
    try {
      const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': new URL(front.url).host };
      const created = await create(server, validConnection(), { headers });
      expect(created.status, created.text).toBe(201);
      await create(server, validConnection(), { headers });
      expect(new URL(created.headers.get('location')!).origin).toBe(front.url);
      const page = await send(server, 'GET', '/v1.0/external/connections?$top=1', { headers });
      expect(new URL(page.body['@odata.nextLink'] as string).origin).toBe(front.url);
    } finally {
      await front.close();
      folder.remove();
    }
  });
});
