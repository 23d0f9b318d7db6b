import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { FIRST_APP_ID } from '../../../src/identity/local/local-apps.js';
import { DEFAULT_TENANT } from '../../../src/identity/local/tenant.js';
import { PERMISSIONS } from '../../../src/identity/permissions/permissions.js';
import { assertEntraError, requestToken, type TokenCall, type Fields } from '../../support/authority.js';
import { type Answer, send } from '../../support/http.js';
import { useServer } from '../../support/server.js';

const GRAPH = 'https://graph.microsoft.com';

describe('field 5.5: POST /{tenant}/oauth2/token', () => {
  const server = useServer();

  const request = (fields: Fields, call: TokenCall = {}): Promise<Answer> =>
    requestToken(server, { scope: null, resource: GRAPH, ...fields }, { ...call, endpoint: 'oauth2/token' });

  it('answers as the older endpoint does: numbers as text, when the token ends, and the resource', async () => {
    const answer = await request({}, { query: '?api-version=1.0' });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    const claims = decodeJwt(answer.body.access_token);
    expect(answer.body).toEqual({
      token_type: 'Bearer',
      expires_in: '3599',
      ext_expires_in: '3599',
      expires_on: String(claims.exp),
      not_before: String(claims.nbf),
      resource: GRAPH,
      access_token: expect.any(String),
    });
    expect(claims).toMatchObject({
      aud: GRAPH,
      tid: DEFAULT_TENANT,
      appid: FIRST_APP_ID,
      roles: PERMISSIONS,
    });
    const as = answer.body.access_token as string;
    expect((await send(server, 'GET', '/v1.0/external/connections', { as })).status).toBe(200);
  });

  it.each([`${GRAPH}/`, '00000003-0000-0000-c000-000000000000'])(
    'takes the resource %s',
    async (resource) => {
      const answer = await request({ resource });
      expect(answer.status, answer.text).toBe(200);
      expect(answer.body.resource).toBe(resource);
      const as = answer.body.access_token as string;
      expect((await send(server, 'GET', '/v1.0/external/connections', { as })).status).toBe(200);
    },
  );

  it('refuses another resource, and wants one', async () => {
    assertEntraError(await request({ resource: 'https://vault.azure.net' }), {
      status: 400,
      error: 'invalid_resource',
      code: 500_011,
      sentence: /The resource principal named 'https:\/\/vault\.azure\.net' was not found in the tenant/,
    });
    assertEntraError(await request({ resource: null, scope: `${GRAPH}/.default` }), {
      status: 400,
      error: 'invalid_request',
      code: 900_144,
      sentence: /'resource'/,
    });
  });

  it('refuses what v2.0 refuses: a wrong secret, a tenant that is none, another grant', async () => {
    assertEntraError(await request({ client_secret: 'wrong' }), {
      status: 401,
      error: 'invalid_client',
      code: 7_000_215,
      sentence: /Invalid client secret provided/,
    });
    assertEntraError(await request({}, { tenant: 'undefined' }), {
      status: 400,
      error: 'invalid_request',
      code: 900_023,
      sentence: /'undefined'/,
    });
    assertEntraError(await request({ grant_type: 'password' }), {
      status: 400,
      error: 'unsupported_grant_type',
      code: 70_003,
      sentence: /grant type/,
    });
  });
});
