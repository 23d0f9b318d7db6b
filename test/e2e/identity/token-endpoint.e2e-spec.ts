import { decodeJwt, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import { FIRST_APP_ID } from '../../../src/identity/local/local-apps.js';
import { DEFAULT_DOMAIN, DEFAULT_TENANT } from '../../../src/identity/local/tenant.js';
import { PERMISSIONS } from '../../../src/identity/permissions/permissions.js';
import { assertEntraError, basic, postToken, requestToken, tokenForm } from '../../support/authority.js';
import { create, ids, validConnection } from '../../support/connections.js';
import { send } from '../../support/http.js';
import { useServer } from '../../support/server.js';
import { secretsOf } from '../../support/tokens.js';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TENANT = '6f1f7c1e-2f57-4f0e-9d3a-0c5d0f6a7b81';

describe('POST /{tenant}/oauth2/v2.0/token', () => {
  const server = useServer();

  it('answers client credentials in the form with the fields of Entra', async () => {
    const answer = await requestToken(server, {}, { tenant: TENANT });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    expect(answer.body).toEqual({
      token_type: 'Bearer',
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
    });
  });

  it('gives a token with the claims that real application tokens have', async () => {
    const { body } = await requestToken(server, {}, { tenant: TENANT });
    const claims = decodeJwt(body.access_token);
    expect(claims).toMatchObject({
      aud: 'https://graph.microsoft.com',
      iss: `https://sts.windows.net/${TENANT}/`,
      appid: FIRST_APP_ID,
      azp: FIRST_APP_ID,
      tid: TENANT,
      idtyp: 'app',
      oid: expect.stringMatching(GUID),
      app_displayname: expect.any(String),
      roles: PERMISSIONS,
    });
    expect(claims.exp! - claims.iat!).toBe(3599);
    expect(claims.nbf).toBe(claims.iat);
    expect(claims).not.toHaveProperty('scp');
    expect(decodeProtectedHeader(body.access_token)).toMatchObject({ alg: 'RS256', typ: 'JWT' });
  });

  it('gives a token that the API takes', async () => {
    const { access_token: as } = (await requestToken(server, {}, { tenant: TENANT })).body;
    const created = await create(server, validConnection(), { as });
    expect(created.status, created.text).toBe(201);
    expect(created.body.configuration.authorizedAppIds).toEqual([FIRST_APP_ID]);
    const list = await send(server, 'GET', '/v1.0/external/connections', { as });
    expect(ids(list)).toEqual([created.body.id]);
  });

  it('takes client credentials in a Basic header, form-encoded or not', async () => {
    const { clientSecret } = secretsOf(server);
    for (const headers of [
      basic(FIRST_APP_ID, clientSecret),
      basic(encodeURIComponent(FIRST_APP_ID), encodeURIComponent(clientSecret)),
    ]) {
      const answer = await requestToken(server, { client_id: null, client_secret: null }, { headers });
      expect(answer.status, answer.text).toBe(200);
    }
  });

  it('takes what MSAL sends beside: a query, its telemetry, a client-request-id', async () => {
    const answer = await requestToken(
      server,
      {
        'client-request-id': '4d66b31c-d551-5533-10e9-e1a11a0af30a',
        'x-client-SKU': 'msal.js.node',
        'x-ms-lib-capability': 'retry-after, h429',
        'x-client-current-telemetry': '5|771,0,,,|,',
        'x-client-last-telemetry': '5|0|||0,0',
      },
      { query: '?client-request-id=4d66b31c-d551-5533-10e9-e1a11a0af30a' },
    );
    expect(answer.status, answer.text).toBe(200);
  });

  it('takes raw spaces, commas and bars in the values of the form', async () => {
    const form = `x-client-last-telemetry=5|0|||0,0&x-client-name=my client, the second&${await tokenForm(server)}`;
    const answer = await postToken(server, form);
    expect(answer.status, answer.text).toBe(200);
  });

  it('takes an application id in capitals, and Graph by its application id as the scope', async () => {
    const answer = await requestToken(server, {
      client_id: FIRST_APP_ID.toUpperCase(),
      scope: '00000003-0000-0000-c000-000000000000/.default',
    });
    expect(answer.status, answer.text).toBe(200);
    const claims = decodeJwt(answer.body.access_token);
    expect(claims.aud).toBe('00000003-0000-0000-c000-000000000000');
    expect(claims.appid).toBe(FIRST_APP_ID);
    const list = await send(server, 'GET', '/beta/external/connections', { as: answer.body.access_token });
    expect(list.status).toBe(200);
  });

  it('field 5.1: ignores the scopes of users beside .default, wherever they stand', async () => {
    for (const scope of [
      'https://graph.microsoft.com/.default openid offline_access profile',
      'openid profile offline_access email https://graph.microsoft.com/.default',
      '  openid   https://graph.microsoft.com/.default\tprofile ',
      'https://graph.microsoft.com/.default https://graph.microsoft.com/.default openid',
    ]) {
      const answer = await requestToken(server, { scope });
      expect(answer.status, answer.text).toBe(200);
      expect(decodeJwt(answer.body.access_token)).toMatchObject({
        aud: 'https://graph.microsoft.com',
        idtyp: 'app',
        roles: PERMISSIONS,
      });
    }
  });

  describe('takes as the tenant', () => {
    const tidOf = async (tenant: string): Promise<unknown> => {
      const answer = await requestToken(server, {}, { tenant });
      expect(answer.status, answer.text).toBe(200);
      const { tid, iss } = decodeJwt(answer.body.access_token);
      expect(iss).toBe(`https://sts.windows.net/${String(tid)}/`);
      const as = answer.body.access_token as string;
      expect((await send(server, 'GET', '/beta/external/connections', { as })).status).toBe(200);
      return tid;
    };

    it('takes a GUID in any case as the tenant itself', async () => {
      expect(await tidOf(TENANT)).toBe(TENANT);
      expect(await tidOf(TENANT.toUpperCase())).toBe(TENANT);
    });

    it('takes a domain name as a tenant of its own, the same each time', async () => {
      const tid = await tidOf('contoso.onmicrosoft.com');
      expect(tid).toMatch(GUID);
      expect(await tidOf('Contoso.OnMicrosoft.com')).toBe(tid);
      expect(await tidOf('fabrikam.onmicrosoft.com')).not.toBe(tid);
    });

    it('takes contoso.example as the default tenant, for which npm run token makes its tokens', async () => {
      expect(await tidOf(DEFAULT_DOMAIN)).toBe(DEFAULT_TENANT);
      expect(await tidOf(DEFAULT_DOMAIN.toUpperCase())).toBe(DEFAULT_TENANT);
    });

    it('takes a domain name with many labels, hyphens and digits as a tenant', async () => {
      for (const tenant of ['a.b.c-d.contoso.co.uk', '365.contoso.com', 'xn--mnchen-3ya.de', 'x.io'])
        expect(await tidOf(tenant)).toMatch(GUID);
    });
  });

  describe('answers a failure as Entra does', () => {
    it.each(['grant_type', 'client_id', 'scope'])(
      'refuses a token request if %s is missing or empty',
      async (name) => {
        for (const value of [null, '']) {
          assertEntraError(await requestToken(server, { [name]: value }), {
            status: 400,
            error: 'invalid_request',
            code: 900_144,
            sentence: new RegExp(
              `^AADSTS900144: The request body must contain the following parameter: '${name}'\\.`,
            ),
          });
        }
      },
    );

    it('refuses a token request with neither a secret nor an assertion', async () => {
      for (const client_secret of [null, '']) {
        assertEntraError(await requestToken(server, { client_secret }), {
          status: 401,
          error: 'invalid_client',
          code: 7_000_216,
          sentence: /'client_assertion', 'client_secret' or 'request' is required/,
        });
      }
    });

    it('refuses a token request with an empty body', async () => {
      assertEntraError(await postToken(server, ''), {
        status: 400,
        error: 'invalid_request',
        code: 900_144,
        sentence: /'grant_type'/,
      });
    });

    it.each(['password', 'authorization_code', 'refresh_token', 'CLIENT_CREDENTIALS'])(
      'refuses a token request with the grant %s',
      async (grant_type) => {
        assertEntraError(await requestToken(server, { grant_type }), {
          status: 400,
          error: 'unsupported_grant_type',
          code: 70_003,
          sentence: /^AADSTS70003: The app requested an unsupported grant type/,
        });
      },
    );

    it('refuses a token request from an unregistered application', async () => {
      const client_id = '00000000-1111-4222-8333-444444444444';
      assertEntraError(await requestToken(server, { client_id }, { tenant: 'contoso.com' }), {
        status: 400,
        error: 'unauthorized_client',
        code: 700_016,
        sentence:
          /^AADSTS700016: Application with identifier '00000000-1111-4222-8333-444444444444' was not found in the directory 'contoso\.com'\./,
      });
    });

    it('field 5.4: refuses a wrong secret, in form or header, with the hint to send its value', async () => {
      const expected = {
        status: 401,
        error: 'invalid_client',
        code: 7_000_215,
        sentence: new RegExp(
          `^AADSTS7000215: Invalid client secret provided\\. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${FIRST_APP_ID}'\\. Trace ID`,
        ),
      };
      const { clientSecret } = secretsOf(server);
      for (const wrong of ['wrong', clientSecret.slice(1), `${clientSecret}x`, clientSecret.toLowerCase()]) {
        const inForm = await requestToken(server, { client_secret: wrong });
        assertEntraError(inForm, expected);
        expect(inForm.headers.get('www-authenticate')).toBeNull();
        expect(inForm.text).not.toContain(wrong === 'wrong' ? clientSecret : wrong);
        const headers = basic(FIRST_APP_ID, wrong);
        const fields = { client_id: null, client_secret: null };
        assertEntraError(await requestToken(server, fields, { headers }), expected);
      }
    });

    it.each([
      'https://graph.microsoft.com/ExternalConnection.ReadWrite.All',
      'https://graph.microsoft.com',
      'https://vault.azure.net/.default',
      '.default',
      'openid profile',
      'https://graph.microsoft.com/.default https://vault.azure.net/.default',
      'https://graph.microsoft.com/.default User.Read',
      'https://graph.microsoft.com/.default OpenId2',
    ])('refuses a token request with the scope %s', async (scope) => {
      assertEntraError(await requestToken(server, { scope }), {
        status: 400,
        error: 'invalid_scope',
        code: 1_002_012,
        sentence: /^AADSTS1002012: The provided value for scope '.+' is not valid\./,
      });
    });

    it("with the caller's own id for the correlation", async () => {
      const id = '4d66b31c-d551-5533-10e9-e1a11a0af30a';
      const { body } = await requestToken(server, { scope: 'x' }, { headers: { 'client-request-id': id } });
      expect(body.correlation_id).toBe(id);
      expect(body.trace_id).not.toBe(id);
    });
  });
});
