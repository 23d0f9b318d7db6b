import { describe, expect, it } from 'vitest';
import { assertEntraError, requestToken } from '../../support/authority.js';
import { type Answer, send } from '../../support/http.js';
import { useServer } from '../../support/server.js';

const NO_TENANTS = [
  '{{tenantid}}',
  '{tenantid}',
  '{5a1d8f2e-3c47-4b60-9e8d-7f0c2b9a6e14}',
  "'5a1d8f2e-3c47-4b60-9e8d-7f0c2b9a6e14'",
  '"5a1d8f2e-3c47-4b60-9e8d-7f0c2b9a6e14"',
  '5a1d8f2e-3c47-4b60-9e8d-7f0c2b9a6e1',
  '5a1d8f2e-3c47-4b60-9e8d-7f0c2b9a6e145',
  '5a1d8f2e3c474b609e8d7f0c2b9a6e14',
  'undefined',
  'null',
  'None',
  'YOUR_TENANT_ID',
  '<tenant-id>',
  '$TENANT_ID',
  '${TENANT_ID}',
  '%TENANT_ID%',
  'contoso',
  'contoso.',
  '.com',
  'contoso..com',
  '-contoso.com',
  'contoso_hr.com',
  'contoso.com ',
  'contoso.com\r',
  '10.0.0.1',
  'user@contoso.com',
  'token',
  'authorize',
  '[object Object]',
  ' ',
  'x'.repeat(400),
];

describe('The tenant of an identity route', () => {
  const server = useServer();

  const routes = (tenant: string): Promise<Answer>[] => [
    requestToken(server, {}, { tenant }),
    requestToken(server, { resource: 'https://graph.microsoft.com' }, { tenant, endpoint: 'oauth2/token' }),
    ...[
      'v2.0/.well-known/openid-configuration',
      '.well-known/openid-configuration',
      'discovery/v2.0/keys',
      'discovery/keys',
      'discovery/instance?api-version=1.1',
    ].map((path) => send(server, 'GET', `/${tenant}/${path}`, { as: null })),
  ];

  it.each(NO_TENANTS)('field 5.2: is not %j on any of them', async (tenant) => {
    for (const answer of await Promise.all(routes(encodeURIComponent(tenant)))) {
      assertEntraError(answer, {
        status: 400,
        error: 'invalid_request',
        code: 900_023,
        sentence:
          /^AADSTS900023: Specified tenant identifier '[^]*' is neither a valid DNS name, nor a valid external domain\. /,
      });
      expect(answer.body.error_description).toContain(`'${tenant.slice(0, 100)}'`);
    }
  });

  it('field 5.2: is a template of Postman however it is encoded', async () => {
    for (const tenant of ['%7B%7Btenantid%7D%7D', '{{tenantid}}', '%7b%7btenantid%7d%7d'])
      for (const answer of await Promise.all(routes(tenant)))
        expect([answer.status, answer.body.error_codes]).toEqual([400, [900_023]]);
  });

  it.each(['common', 'organizations', 'consumers', 'Common'])(
    'field 5.3: is not %s for client credentials, which need one',
    async (tenant) => {
      const [token, older, ...documents] = await Promise.all(routes(tenant));
      for (const answer of [token!, older!]) {
        assertEntraError(answer, {
          status: 400,
          error: 'invalid_request',
          code: 50_059,
          sentence: new RegExp(`No tenant-identifying information found .*'${tenant}' names no tenant`),
        });
      }
      for (const { status } of documents) expect(status).toBe(200);
    },
  );
});
