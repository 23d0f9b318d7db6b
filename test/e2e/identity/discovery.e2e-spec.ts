import { decodeJwt, decodeProtectedHeader } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_TENANT } from '../../../src/identity/local/tenant.js';
import { assertEntraError, requestToken } from '../../support/authority.js';
import { type Answer, send } from '../../support/http.js';
import { startServer, useServer } from '../../support/server.js';
import { secretsOf } from '../../support/tokens.js';

const TENANT = '6f1f7c1e-2f57-4f0e-9d3a-0c5d0f6a7b81';

describe('GET /{tenant}/v2.0/.well-known/openid-configuration', () => {
  const server = useServer({ TRUST_PROXY: 'true' });

  const discovery = (tenant: string, headers?: Record<string, string>): Promise<Answer> =>
    send(server, 'GET', `/${tenant}/v2.0/.well-known/openid-configuration`, { as: null, headers });

  it('has the four members that MSAL wants, at the address that the client used', async () => {
    const answer = await discovery(TENANT);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      issuer: `https://sts.windows.net/${TENANT}/`,
      authorization_endpoint: `${server.url}/${TENANT}/oauth2/v2.0/authorize`,
      token_endpoint: `${server.url}/${TENANT}/oauth2/v2.0/token`,
      jwks_uri: `${server.url}/${TENANT}/discovery/v2.0/keys`,
    });
  });

  it('follows the proxy in front', async () => {
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'graph.contoso.com' };
    const { body } = await discovery('contoso.com', headers);
    expect(body.token_endpoint).toBe('https://graph.contoso.com/contoso.com/oauth2/v2.0/token');
    expect(body.jwks_uri).toBe('https://graph.contoso.com/contoso.com/discovery/v2.0/keys');
    expect(body.issuer).toMatch(/^https:\/\/sts\.windows\.net\/[0-9a-f-]{36}\/$/);
  });

  it('is the same behind a stray question mark and with what MSAL adds', async () => {
    const { body } = await discovery(TENANT);
    const path = `/${TENANT}/v2.0/.well-known/openid-configuration`;
    for (const query of ['?', '?client-request-id=4d66b31c-d551-5533-10e9-e1a11a0af30a', '?appid=x&']) {
      const answer = await send(server, 'GET', path + query, { as: null });
      expect([answer.status, answer.body]).toEqual([200, body]);
    }
  });

  it('names the issuer of no one tenant for common and organizations, as Entra does', async () => {
    for (const tenant of ['common', 'organizations']) {
      const { body } = await discovery(tenant);
      expect(body.issuer).toBe('https://sts.windows.net/{tenantid}/');
      expect(body.token_endpoint).toBe(`${server.url}/${tenant}/oauth2/v2.0/token`);
    }
    const { body } = await discovery('consumers');
    expect(body.issuer).toBe('https://sts.windows.net/9188040d-6c67-4c5b-b112-36a304b66dad/');
  });

  it('has an older form, whose endpoints and keys are there', async () => {
    const path = `/contoso.example/.well-known/openid-configuration`;
    const { status, body } = await send(server, 'GET', path, { as: null });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      issuer: `https://sts.windows.net/${DEFAULT_TENANT}/`,
      authorization_endpoint: `${server.url}/contoso.example/oauth2/authorize`,
      token_endpoint: `${server.url}/contoso.example/oauth2/token`,
      jwks_uri: `${server.url}/contoso.example/discovery/keys`,
    });
    const older = await (await fetch(body.jwks_uri as string)).json();
    expect(older).toEqual((await send(server, 'GET', '/common/discovery/v2.0/keys', { as: null })).body);
    expect((await send(server, 'GET', '/common/discovery/keys', { as: null })).body).toEqual(older);
  });

  it('names the issuer and the keys of the tokens that its token endpoint gives', async () => {
    const { body } = await discovery('contoso.com');
    const endpoint = await requestToken(server, {}, { tenant: 'contoso.com' });
    const token = endpoint.body.access_token as string;
    expect(decodeJwt(token).iss).toBe(body.issuer);
    const { keys } = (await (await fetch(body.jwks_uri as string)).json()) as { keys: { kid: string }[] };
    expect(keys.map(({ kid }) => kid)).toEqual([decodeProtectedHeader(token).kid]);
  });
});

describe('GET /{tenant}/discovery/v2.0/keys', () => {
  it('shows the public members of the key and nothing else', async () => {
    const server = await startServer();
    const answer = await send(server, 'GET', `/${TENANT}/discovery/v2.0/keys`, { as: null });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body)).toEqual(['keys']);
    expect(answer.body.keys).toHaveLength(1);
    expect(Object.keys(answer.body.keys[0]).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
    expect(answer.text).not.toContain(secretsOf(server).key.d);
    await server.close();
  });
});

describe('field 5.9: GET /{tenant}/discovery/instance', () => {
  const server = useServer();
  let host: string;
  beforeAll(async () => {
    ({ host } = new URL(server.url));
  });

  const instance = (endpoint?: string, tenant = 'common', version = '1.1'): Promise<Answer> => {
    const query = new URLSearchParams({ 'api-version': version });
    if (endpoint !== undefined) query.set('authorization_endpoint', endpoint);
    return send(server, 'GET', `/${tenant}/discovery/instance?${query.toString()}`, { as: null });
  };
  const lone = (name: string): object => ({
    preferred_network: name,
    preferred_cache: name,
    aliases: [name],
  });

  it('leads to the discovery document of the authority asked for, and names the host, with and without its port', async () => {
    const answer = await instance(`https://${host}/contoso.example/oauth2/v2.0/authorize`);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toEqual({
      tenant_discovery_endpoint: `${server.url}/contoso.example/v2.0/.well-known/openid-configuration`,
      'api-version': '1.1',
      metadata: [lone(host), lone('127.0.0.1')],
    });
    const document = await fetch(answer.body.tenant_discovery_endpoint as string);
    expect(document.status).toBe(200);
  });

  it('leads to the older document for the older endpoint', async () => {
    const { body } = await instance(`https://${host}/common/oauth2/authorize`);
    expect(body.tenant_discovery_endpoint).toBe(`${server.url}/common/.well-known/openid-configuration`);
  });

  it('answers for this machine, for the names of Entra, and where no endpoint is named', async () => {
    const local = await instance('https://localhost:3443/contoso.example/oauth2/v2.0/authorize');
    expect(local.body.metadata).toEqual([lone('localhost:3443'), lone('localhost')]);
    const entra = await instance('https://login.microsoftonline.com/common/oauth2/v2.0/authorize');
    expect(entra.body.metadata).toEqual([
      {
        preferred_network: 'login.microsoftonline.com',
        preferred_cache: 'login.windows.net',
        aliases: expect.arrayContaining(['login.microsoftonline.com', 'sts.windows.net']),
      },
    ]);
    const own = await instance(undefined, 'contoso.example', '1.0');
    expect(own.body).toMatchObject({
      tenant_discovery_endpoint: `${server.url}/contoso.example/v2.0/.well-known/openid-configuration`,
      'api-version': '1.0',
    });
  });

  it.each(['https://evil.example/common/oauth2/v2.0/authorize', 'nonsense', ''])(
    'does not know %j',
    async (endpoint) => {
      assertEntraError(await instance(endpoint), {
        status: 400,
        error: 'invalid_instance',
        code: 50_049,
        sentence: /^AADSTS50049: Unknown or invalid instance/,
      });
    },
  );

  it('refuses a tenant that is none in the endpoint', async () => {
    for (const tenant of ['undefined', '%7B%7Btenant%7D%7D', '%zz'])
      assertEntraError(await instance(`https://${host}/${tenant}/oauth2/v2.0/authorize`), {
        status: 400,
        error: 'invalid_request',
        code: 900_023,
        sentence: /Specified tenant identifier/,
      });
  });
});
