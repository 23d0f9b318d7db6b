import { execFileSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FIRST_APP_ID } from '../../../src/identity/local/local-apps.js';
import { DEFAULT_DOMAIN, DEFAULT_TENANT } from '../../../src/identity/local/tenant.js';
import { assertEntraError, type Fields, requestToken, type TokenCall } from '../../support/authority.js';
import { type Answer, send } from '../../support/http.js';
import { temporaryFolder, useServer } from '../../support/server.js';

const WITH_CERTIFICATE = '11111111-0000-4000-8000-000000000001';
const WITH_JWK = '11111111-0000-4000-8000-000000000002';
const WITH_PEM = '11111111-0000-4000-8000-000000000003';
const DAY_MS = 86_400_000;
const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const PERMISSIONS = ['ExternalConnection.Read.All'];

function makeCertificate(folder: string, name: string): { key: KeyObject; pem: string } {
  const options = `req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=${name} -keyout ${name}.key -out ${name}.crt`;
  execFileSync('openssl', options.split(' '), { cwd: folder, stdio: 'ignore' });
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  return { key: createPrivateKey(read(`${name}.key`)), pem: read(`${name}.crt`) };
}

const thumbprint = (fingerprint: string): Buffer => Buffer.from(fingerprint.replaceAll(':', ''), 'hex');

describe('field 5.7: client_assertion', () => {
  const folder = temporaryFolder();
  const own = makeCertificate(folder.path, 'own');
  const other = makeCertificate(folder.path, 'other');
  const certificate = new X509Certificate(own.pem);
  const path = join(folder.path, 'apps.json');
  beforeAll(() => {
    const publicKey = createPublicKey(own.key);
    writeFileSync(
      path,
      JSON.stringify([
        { id: WITH_CERTIFICATE, certificate: own.pem, permissions: PERMISSIONS },
        {
          id: WITH_JWK,
          publicKey: { ...publicKey.export({ format: 'jwk' }), kid: 'mine' },
          permissions: PERMISSIONS,
        },
        {
          id: WITH_PEM,
          publicKey: publicKey.export({ format: 'pem', type: 'spki' }),
          secret: 'a secret, too',
          permissions: PERMISSIONS,
        },
      ]),
    );
  });
  afterAll(folder.remove);
  const server = useServer({ LOCAL_APPS: path });

  interface Assertion extends JWTPayload {
    readonly header?: Record<string, string>;
    readonly key?: KeyObject;
    readonly app?: string;
  }

  const now = (): number => Math.floor(Date.now() / 1000);

  /** What MSAL makes, but for what is said otherwise. */
  function assertion({
    header,
    key = own.key,
    app = WITH_CERTIFICATE,
    ...claims
  }: Assertion = {}): Promise<string> {
    return new SignJWT({
      aud: `${server.url}/${DEFAULT_DOMAIN}/oauth2/v2.0/token`,
      iss: app,
      sub: app,
      jti: 'b7f6ab12-9f53-4a51-8b35-8c2f3c4a1d77',
      nbf: now(),
      exp: now() + 600,
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...header })
      .sign(key);
  }

  const present = (text: string, fields: Fields = {}, call?: TokenCall): Promise<Answer> =>
    requestToken(
      server,
      {
        client_id: WITH_CERTIFICATE,
        client_secret: null,
        client_assertion_type: TYPE,
        client_assertion: text,
        ...fields,
      },
      call,
    );

  const refusal = (code: number, sentence: RegExp): Parameters<typeof assertEntraError>[1] => ({
    status: 401,
    error: 'invalid_client',
    code,
    sentence,
  });

  it.each([
    ['x5t', { x5t: thumbprint(certificate.fingerprint).toString('base64url') }],
    ['x5t in base64', { x5t: thumbprint(certificate.fingerprint).toString('base64') }],
    ['x5t#S256', { 'x5t#S256': thumbprint(certificate.fingerprint256).toString('base64url') }],
    ['no thumbprint', {}],
    ['PS256', { alg: 'PS256' }],
    ['RS512', { alg: 'RS512' }],
  ])('takes an assertion signed by the certificate, with %s', async (_, header) => {
    const answer = await present(await assertion({ header }));
    expect(answer.status, answer.text).toBe(200);
    const as = answer.body.access_token as string;
    expect(decodeJwt(as)).toMatchObject({ appid: WITH_CERTIFICATE, roles: PERMISSIONS, tid: DEFAULT_TENANT });
    expect((await send(server, 'GET', '/beta/external/connections', { as })).status).toBe(200);
  });

  it('is taken by the older endpoint', async () => {
    const text = await assertion({ aud: `${server.url}/${DEFAULT_DOMAIN}/oauth2/token` });
    const fields = { scope: null, resource: 'https://graph.microsoft.com' };
    const answer = await present(text, fields, { endpoint: 'oauth2/token' });
    expect(answer.status, answer.text).toBe(200);
  });

  it('is taken again until it expires, as MSAL sends it', async () => {
    const text = await assertion();
    for (const _ of [1, 2]) expect((await present(text)).status).toBe(200);
  });

  it.each([
    ['a JWK', WITH_JWK, { kid: 'mine' }],
    ['a JWK, without a kid', WITH_JWK, {}],
    ['a public key in PEM', WITH_PEM, { x5t: 'whatever' }],
  ])('is verified by %s', async (_, app, header) => {
    const answer = await present(await assertion({ app, header }), { client_id: app });
    expect(answer.status, answer.text).toBe(200);
  });

  it('leaves the secret of the same application good', async () => {
    const answer = await requestToken(server, { client_id: WITH_PEM, client_secret: 'a secret, too' });
    expect(answer.status, answer.text).toBe(200);
  });

  it('may be made out for every name of the authority', async () => {
    for (const aud of [
      `${server.url}/${DEFAULT_TENANT}/oauth2/v2.0/token`,
      `${server.url}/${DEFAULT_DOMAIN}/oauth2/token`,
      `${server.url}/${DEFAULT_DOMAIN}/v2.0`,
      `${server.url}/${DEFAULT_DOMAIN}/`,
      `https://login.microsoftonline.com/${DEFAULT_TENANT}/oauth2/v2.0/token`,
      `https://sts.windows.net/${DEFAULT_TENANT}/`,
    ]) {
      const answer = await present(await assertion({ aud }));
      expect(answer.status, `${aud}: ${answer.text}`).toBe(200);
    }
  });

  it('answers AADSTS700027 for an assertion with a wrong signature', async () => {
    assertEntraError(
      await present(await assertion({ key: other.key })),
      refusal(700_027, /Client assertion failed signature validation/),
    );
    const [head, body] = (await assertion()).split('.');
    assertEntraError(await present(`${head}.${body}.AAAA`), refusal(700_027, /signature/));
  });

  it('answers AADSTS700027 for a key that the application does not have', async () => {
    const x5t = thumbprint(new X509Certificate(other.pem).fingerprint).toString('base64url');
    assertEntraError(
      await present(await assertion({ key: other.key, header: { x5t } })),
      refusal(700_027, new RegExp(`The key was not found\\., x5t of key used by client: '${x5t}'`)),
    );
    assertEntraError(
      await present(await assertion({ header: { 'x5t#S256': x5t } })),
      refusal(700_027, /The key was not found/),
    );
    assertEntraError(
      await present(await assertion({ app: WITH_JWK, header: { kid: 'another' } }), { client_id: WITH_JWK }),
      refusal(700_027, /The key was not found\., kid of key used by client: 'another'/),
    );
    const app = FIRST_APP_ID;
    assertEntraError(
      await present(await assertion({ app }), { client_id: app }),
      refusal(700_027, /'certificate' or 'publicKey' in the LOCAL_APPS file/),
    );
  });

  it('answers AADSTS700027 for a certificate that has expired', async () => {
    vi.setSystemTime(Date.now() + 2 * DAY_MS);
    try {
      assertEntraError(await present(await assertion()), refusal(700_027, /The key used is expired/));
    } finally {
      vi.useRealTimers();
    }
  });

  it('answers AADSTS700023 for another audience', async () => {
    for (const aud of [
      'https://graph.microsoft.com',
      `https://elsewhere.example/${DEFAULT_DOMAIN}/oauth2/v2.0/token`,
      `${server.url}/fabrikam.example/oauth2/v2.0/token`,
      `${server.url}/common/oauth2/v2.0/token`,
      `${server.url}/${DEFAULT_DOMAIN}/oauth2/v2.0/authorize`,
      `${server.url}/%zz/oauth2/v2.0/token`,
      'nonsense',
    ]) {
      assertEntraError(
        await present(await assertion({ aud })),
        refusal(700_023, /audience claim does not match Realm issuer/),
      );
    }
  });

  it('answers AADSTS700024 for an assertion outside its lifetime, with five minutes for clocks that differ', async () => {
    for (const claims of [{ exp: now() - 310 }, { nbf: now() + 400, exp: now() + 900 }]) {
      assertEntraError(
        await present(await assertion(claims)),
        refusal(
          700_024,
          /not within its valid time range\. Current time: \d{4}-.*, assertion valid from \d{4}-/,
        ),
      );
    }
    expect((await present(await assertion({ nbf: now() - 600, exp: now() - 200 }))).status).toBe(200);
  });

  it('answers AADSTS700021 for an assertion of another application', async () => {
    for (const claims of [{ iss: WITH_JWK }, { sub: WITH_JWK }]) {
      assertEntraError(await present(await assertion(claims)), refusal(700_021, /doesn't match 'client_id'/));
    }
  });

  it.each(['aud', 'exp', 'iss', 'sub'])('answers AADSTS50027 for an assertion without %s', async (claim) => {
    assertEntraError(
      await present(await assertion({ [claim]: undefined })),
      refusal(50_027, new RegExp(`'${claim}' claim`)),
    );
  });

  it.each(['nonsense', 'a.b.c', '..', `${'x'.repeat(1000)}.y.z`])(
    'answers AADSTS50027 for an assertion that is no JWT: %s',
    async (text) => {
      assertEntraError(await present(text), refusal(50_027, /malformed/));
    },
  );

  it('refuses an assertion that is unsigned, or signed by what everybody knows', async () => {
    const claims = { aud: `${server.url}/${DEFAULT_DOMAIN}/oauth2/v2.0/token`, exp: now() + 60 };
    const unsigned = new UnsecuredJWT({ ...claims, iss: WITH_CERTIFICATE, sub: WITH_CERTIFICATE }).encode();
    assertEntraError(await present(unsigned), refusal(5_002_738, /'none' is not a supported/));
    const shared = await new SignJWT({ ...claims, iss: WITH_CERTIFICATE, sub: WITH_CERTIFICATE })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(Buffer.from(own.pem));
    assertEntraError(await present(shared), refusal(5_002_738, /'HS256' is not a supported/));
  });

  it('needs its type', async () => {
    assertEntraError(await present(await assertion(), { client_assertion_type: null }), {
      status: 400,
      error: 'invalid_request',
      code: 900_144,
      sentence: /'client_assertion_type'/,
    });
    assertEntraError(await present(await assertion(), { client_assertion_type: 'jwt' }), {
      status: 400,
      error: 'invalid_request',
      code: 9_002_313,
      sentence: /must be 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', not 'jwt'/,
    });
  });
});
