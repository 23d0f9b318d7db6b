import { decodeJwt } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { FIRST_APP_ID } from '../../../src/identity/local/local-apps.js';
import { DEFAULT_TENANT } from '../../../src/identity/local/tenant.js';
import { PERMISSIONS } from '../../../src/identity/permissions/permissions.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { sendBytes } from '../../support/raw-http.js';
import { startServer, useServer } from '../../support/server.js';
import { secretsOf } from '../../support/tokens.js';

describe('POST /docs/token, for the documentation page', () => {
  const server = useServer();
  let host: string;
  beforeAll(async () => {
    ({ host } = new URL(server.url));
  });

  /** Sends just these headers; `fetch` would not let a test say what `Host` is. */
  async function ask(headers: Record<string, string>): Promise<{ status: number; text: string }> {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = `POST /docs/token HTTP/1.1\r\n${lines.join('')}content-length: 0\r\nconnection: close\r\n\r\n`;
    const text = await sendBytes(server, head);
    return { status: Number(text.split(' ', 2)[1]), text };
  }

  it('gives the page a token of the first application in the default tenant', async () => {
    const { status, text } = await ask({ host, origin: server.url, 'sec-fetch-site': 'same-origin' });
    expect(status, text).toBe(200);
    expect(text).toMatch(/cache-control: no-store/i);
    const [token] = /eyJ[\w-]+\.[\w-]+\.[\w-]+/.exec(text)!;
    expect(decodeJwt(token)).toMatchObject({ appid: FIRST_APP_ID, tid: DEFAULT_TENANT, roles: PERMISSIONS });
    expect((await send(server, 'GET', '/v1.0/external/connections', { as: token })).status).toBe(200);
  });

  it('gives it under every name of this machine', async () => {
    const { port } = new URL(server.url);
    for (const name of ['localhost', '127.0.0.1', '[::1]']) {
      const answer = await ask({ host: `${name}:${port}`, origin: `http://${name}:${port}` });
      expect(answer.status, answer.text).toBe(200);
    }
  });

  it.each([
    ['another origin', { origin: 'http://evil.example' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:5173' }],
    ['an origin that is hidden', { origin: 'null' }],
    ['no origin', { origin: undefined }],
    ['a page that the browser calls foreign', { 'sec-fetch-site': 'cross-site' }],
    ['a page of the same site alone', { 'sec-fetch-site': 'same-site' }],
    ['a name that leads here by DNS', { host: 'evil.example', origin: 'http://evil.example' }],
    [
      'a name that begins as this machine',
      { host: '127.0.0.1.evil.example', origin: 'http://127.0.0.1.evil.example' },
    ],
    ['a proxy', { 'x-forwarded-for': '203.0.113.9' }],
    ['a proxy, by its standard name', { forwarded: 'for=203.0.113.9' }],
    ['a proxy that names itself', { via: '1.1 proxy' }],
  ])('gives nothing to %s', async (_, changed) => {
    const headers = { host, origin: server.url, 'sec-fetch-site': 'same-origin', ...changed };
    const sent = Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const { status, text } = await ask(Object.fromEntries(sent));
    expect(status, text).toBe(403);
    expect(text).toContain('access_denied');
    expect(text).not.toMatch(/eyJ/);
  });

  it.each<Record<string, string>>([
    { TRUST_PROXY: '1' },
    { HOST: '0.0.0.0', ALLOW_LOCAL_IDENTITY_ON_NETWORK: 'true' },
    { IDENTITY: 'oidc', IDENTITY_ISSUER: 'http://127.0.0.1:1', IDENTITY_AUDIENCE: 'x' },
  ])('is not there with %j, and the page does not ask for it', async (environment) => {
    const other = await startServer(environment);
    try {
      const headers = { origin: other.url };
      const answer = await send(other, 'POST', '/docs/token', { as: null, headers });
      assertGraphError(answer, { status: 404, code: 'NotFound' });
      const page = await send(other, 'GET', '/docs/swagger-ui-init.js', { as: null });
      expect(page.status).toBe(200);
      expect(page.text).not.toContain('/docs/token');
    } finally {
      await other.close();
    }
  });

  it('is what the page asks', async () => {
    const { text } = await send(server, 'GET', '/docs/swagger-ui-init.js', { as: null });
    expect(text).toMatch(/fetch\(["'`]\/docs\/token["'`]/);
  });

  it('is the only way to it: no document and no file of the page has a secret or a token', async () => {
    for (const path of ['/openapi.json', '/docs', '/docs/swagger-ui-init.js']) {
      const { text } = await send(server, 'GET', path, { as: null });
      expect(text).not.toContain(secretsOf(server).clientSecret);
      expect(text).not.toMatch(/eyJ[\w-]{20}/);
    }
  });
});
