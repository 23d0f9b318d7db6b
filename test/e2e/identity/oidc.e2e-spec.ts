import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { FIRST_APP_ID } from '../../../src/identity/local/local-apps.js';
import { tokenOf } from '../../support/callers.js';
import { create, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import { OidcIssuer } from '../../support/oidc-issuer.js';
import { startServer, type TestServer } from '../../support/server.js';

const AUDIENCE = 'api://graph-connections';
const TENANT = 'c0ffee00-2222-4333-8444-555555555555';
const APPLICATION = {
  aud: AUDIENCE,
  tid: TENANT,
  azp: FIRST_APP_ID,
  roles: ['ExternalConnection.ReadWrite.All'],
};
const DELEGATED = {
  aud: AUDIENCE,
  tid: TENANT,
  azp: FIRST_APP_ID,
  oid: '99999999-2222-4333-8444-555555555555',
  scp: 'openid ExternalConnection.Read.All',
};
const UNAVAILABLE = {
  status: 503,
  code: 'ServiceNotAvailable',
  message:
    'The service is not available. Try the request again after a delay. There may be a Retry-After header.',
  inner: { code: 'IssuerNotAvailable', message: 'The keys of the token issuer cannot be read.' },
};
const REFUSED = { status: 401, code: 'InvalidAuthenticationToken', inner: null } as const;

const startWith = (issuer: OidcIssuer): Promise<TestServer> =>
  startServer({ IDENTITY: 'oidc', IDENTITY_ISSUER: issuer.url, IDENTITY_AUDIENCE: `${AUDIENCE}, other` });
const list = (server: TestServer, as: string): Promise<Answer> =>
  send(server, 'GET', '/beta/external/connections', { as });

describe('With IDENTITY=oidc', () => {
  let issuer: OidcIssuer;
  let server: TestServer;
  beforeAll(async () => {
    issuer = await OidcIssuer.start();
    server = await startWith(issuer);
  });
  afterAll(async () => {
    await server.close();
    await issuer.close();
  });

  it('asks the issuer nothing before the first token comes', () => {
    expect(issuer.asked).toEqual({});
  });

  it('believes an application token of the issuer', async () => {
    const answer = await create(server, validConnection(), { as: await issuer.token(APPLICATION) });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body.configuration.authorizedAppIds).toEqual([FIRST_APP_ID]);
  });

  it('believes a delegated token of the issuer, for what it may do [permissionMissing]', async () => {
    const as = await issuer.token(DELEGATED);
    expect((await list(server, as)).status).toBe(200);
    assertGraphError(await create(server, validConnection(), { as }), {
      status: 403,
      code: 'AccessDenied',
      inner: { code: 'InsufficientPermissions', message: expect.stringContaining("'scp' claim holds") },
    });
  });

  it('accepts each of the configured audiences', async () => {
    const as = await issuer.token({ ...APPLICATION, aud: 'other' });
    expect((await list(server, as)).status).toBe(200);
  });

  it.each(['https://graph.microsoft.com', 'api://another', undefined])(
    'refuses the audience %s [accessTokenAudienceNotValid]',
    async (aud) => {
      const answer = await list(server, await issuer.token({ ...APPLICATION, aud }));
      assertGraphError(answer, {
        ...REFUSED,
        message: 'Access token validation failure. Invalid audience.',
      });
      expect(answer.body.error.details).toEqual([
        {
          code: 'InvalidAudience',
          message: `The token's 'aud' claim must be '${AUDIENCE}' or 'other'.`,
          target: 'Authorization',
        },
      ]);
    },
  );

  it('refuses a token of another issuer [accessTokenIssuerNotValid]', async () => {
    const token = await issuer.token({ ...APPLICATION, iss: `${issuer.url}/` });
    assertGraphError(await list(server, token), {
      ...REFUSED,
      message: 'Access token validation failure. Invalid issuer.',
    });
  });

  it('refuses a token without a tenant [accessTokenNotValid]', async () => {
    const answer = await list(server, await issuer.token({ ...APPLICATION, tid: undefined }));
    assertGraphError(answer, { ...REFUSED, message: 'Access token validation failure.' });
    expect(answer.body.error.details[0].message).toContain("no 'tid' claim");
  });

  it('allows clocks to differ by a minute and no more [accessTokenExpired] [accessTokenNotYetValid]', async () => {
    const now = Math.floor(Date.now() / 1000);
    expect((await list(server, await issuer.token({ ...APPLICATION, exp: now - 50 }))).status).toBe(200);
    expect((await list(server, await issuer.token({ ...APPLICATION, nbf: now + 50 }))).status).toBe(200);
    const late = await list(server, await issuer.token({ ...APPLICATION, exp: now - 70 }));
    assertGraphError(late, { ...REFUSED, message: 'Lifetime validation failed, the token is expired.' });
    const early = await list(server, await issuer.token({ ...APPLICATION, nbf: now + 70 }));
    assertGraphError(early, { ...REFUSED, message: 'Access token has expired or is not yet valid.' });
  });

  it('refuses a token of the local issuer', async () => {
    const local = await startServer();
    expect((await list(server, await tokenOf(local))).status).toBe(401);
    await local.close();
  });

  it('has no token endpoint, discovery document or key of its own [pageNotFound]', async () => {
    for (const [method, path] of [
      ['POST', `/${TENANT}/oauth2/v2.0/token`],
      ['GET', `/${TENANT}/v2.0/.well-known/openid-configuration`],
      ['GET', `/${TENANT}/discovery/v2.0/keys`],
    ] as const) {
      assertGraphError(await send(server, method, path, { as: null }), { status: 404, code: 'NotFound' });
    }
    const { body } = await send(server, 'GET', '/openapi.json', { as: null });
    expect(JSON.stringify(body)).not.toContain('oauth2/v2.0/token');
  });

  it('asks for the keys once, however many tokens come', async () => {
    await Promise.all(
      [1, 2, 3, 4, 5].map(async (jti) => list(server, await issuer.token({ ...APPLICATION, jti }))),
    );
    expect(issuer.asked).toEqual({ '/.well-known/openid-configuration': 1, '/keys': 1 });
  });
});

describe('When the issuer rotates its keys', () => {
  let issuer: OidcIssuer;
  let server: TestServer;
  beforeAll(async () => {
    issuer = await OidcIssuer.start();
    server = await startWith(issuer);
  });
  afterEach(() => {
    vi.useRealTimers();
  });
  afterAll(async () => {
    await server.close();
    await issuer.close();
  });

  it('asks again for an unknown kid, once a minute at most [accessTokenNotValid]', async () => {
    expect((await list(server, await issuer.token(APPLICATION))).status).toBe(200);
    expect(issuer.asked['/keys']).toBe(1);
    await issuer.rotate('second');
    const second = await issuer.token(APPLICATION);

    // In the same minute strangers cannot make the server ask.
    for (const _ of [1, 2, 3]) {
      const answer = await list(server, second);
      assertGraphError(answer, { ...REFUSED, message: 'Access token validation failure.' });
      expect(answer.body.error.details[0].message).toBe("The issuer has no key of the token's 'kid'.");
    }
    expect(issuer.asked['/keys']).toBe(1);

    vi.setSystemTime(Date.now() + 50_000);
    expect((await list(server, second)).status).toBe(401);
    expect(issuer.asked['/keys']).toBe(1);

    vi.setSystemTime(Date.now() + 11_000);
    expect((await list(server, second)).status).toBe(200);
    expect(issuer.asked['/keys']).toBe(2);

    await issuer.rotate('third');
    expect((await list(server, await issuer.token(APPLICATION))).status).toBe(401);
    expect(issuer.asked['/keys']).toBe(2);
  });
});

describe('With the multi-tenant issuer of Entra, whose document has {tenantid}', () => {
  let issuer: OidcIssuer;
  let server: TestServer;
  beforeAll(async () => {
    issuer = await OidcIssuer.start('/common/v2.0');
    issuer.document = { issuer: `${issuer.origin}/{tenantid}/v2.0` };
    server = await startWith(issuer);
  });
  afterAll(async () => {
    await server.close();
    await issuer.close();
  });

  it('takes an issuer of its own for every tenant', async () => {
    for (const tid of [TENANT, 'dec0de00-2222-4333-8444-555555555555']) {
      const as = await issuer.token({ ...APPLICATION, tid, iss: `${issuer.origin}/${tid}/v2.0` });
      const created = await create(server, { id: 'contosohr', name: 'HR', description: 'HR' }, { as });
      expect(created.status, created.text).toBe(201);
    }
  });

  it.each(['dec0de00-2222-4333-8444-555555555555', '{tenantid}', '{tenant}', 'common'])(
    'refuses the token if the issuer of %s is another [accessTokenIssuerNotValid]',
    async (segment) => {
      const as = await issuer.token({ ...APPLICATION, iss: `${issuer.origin}/${segment}/v2.0` });
      const message = 'Access token validation failure. Invalid issuer.';
      assertGraphError(await list(server, as), { ...REFUSED, message });
    },
  );
});

describe('When the issuer cannot be asked', () => {
  const issuers: OidcIssuer[] = [];
  const servers: TestServer[] = [];
  async function setUp(): Promise<{ issuer: OidcIssuer; server: TestServer; token: string }> {
    const issuer = await OidcIssuer.start('', 'ES256');
    issuers.push(issuer);
    const server = await startWith(issuer);
    servers.push(server);
    return { issuer, server, token: await issuer.token(APPLICATION) };
  }
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()));
    await Promise.all(issuers.map((issuer) => issuer.close()));
  });

  function assertUnavailable(answer: Answer, issuer: OidcIssuer): void {
    assertGraphError(answer, UNAVAILABLE);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(answer.text).not.toContain(new URL(issuer.url).port);
  }

  it('starts, answers 503, and recovers when the issuer is back [issuerNotAvailable]', async () => {
    const { issuer, server, token } = await setUp();
    await issuer.close();
    assertUnavailable(await list(server, token), issuer);
    assertUnavailable(await list(server, token), issuer);
    await issuer.listen();
    expect((await list(server, token)).status).toBe(200);
  });

  it('answers 503 while the issuer fails [issuerNotAvailable]', async () => {
    const { issuer, server, token } = await setUp();
    issuer.failing = 500;
    assertUnavailable(await list(server, token), issuer);
    issuer.failing = undefined;
    expect((await list(server, token)).status).toBe(200);
  });

  it('answers 503 while the keys behind a good discovery document fail [issuerNotAvailable]', async () => {
    const { issuer, server, token } = await setUp();
    issuer.document = { jwks_uri: `${issuer.origin}/elsewhere` };
    assertUnavailable(await list(server, token), issuer);
  });

  it.each([
    ['names another issuer', { issuer: 'https://evil.example' }],
    ['names no issuer', { issuer: undefined }],
    ['names no keys', { jwks_uri: undefined }],
    ['names keys at no address', { jwks_uri: 'keys' }],
  ])('does not believe a discovery document that %s [issuerNotAvailable]', async (_, document) => {
    const { issuer, server, token } = await setUp();
    issuer.document = document;
    assertUnavailable(await list(server, token), issuer);
    issuer.document = {};
    expect((await list(server, token)).status).toBe(200);
  });

  it.each([
    ['whose point is not on its curve', { x: 'AAAA' }],
    ['whose members are no base64url', { x: '!', y: '?' }],
    ['without its members', { x: undefined, y: undefined }],
  ])(
    'asks again for a key set with a key %s, and believes the next token when the set is whole [issuerNotAvailable]',
    async (_, broken) => {
      const { issuer, server, token } = await setUp();
      issuer.brokenKeys = broken;
      assertUnavailable(await list(server, token), issuer);
      assertUnavailable(await list(server, token), issuer);
      expect(issuer.asked['/keys']).toBe(2);
      issuer.brokenKeys = {};
      expect((await list(server, token)).status).toBe(200);
      expect(issuer.asked).toEqual({ '/.well-known/openid-configuration': 1, '/keys': 3 });
    },
  );

  it('keeps believing tokens that were verified before', async () => {
    const { issuer, server, token } = await setUp();
    expect((await list(server, token)).status).toBe(200);
    await issuer.close();
    expect((await list(server, token)).status).toBe(200);
  });

  it('refuses a text that is no JWT all the same [accessTokenNotWellFormed]', async () => {
    const { issuer, server } = await setUp();
    await issuer.close();
    assertGraphError(await list(server, 'nonsense'), REFUSED);
  });
});
