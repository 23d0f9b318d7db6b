import {
  CompactSign,
  decodeJwt,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  importJWK,
  UnsecuredJWT,
} from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { LocalIssuer } from '../../../src/identity/local/local-issuer.js';
import { TENANT, tokenOf } from '../../support/callers.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import { useServer } from '../../support/server.js';
import { RawConnection } from '../../support/socket.js';
import { Time } from '../../support/time.js';
import { forge, secretsOf } from '../../support/tokens.js';

const COLLECTION = '/beta/external/connections';
const WWW_AUTHENTICATE =
  'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"';

const EMPTY = 'Access token is empty.';
const NOT_WELL_FORMED =
  "IDX14100: JWT is not well formed, there are no dots (.).\nThe token needs to be in JWS or JWE Compact Serialization Format. (JWS): 'EncodedHeader.EncodedPayload.EncodedSignature'. (JWE): 'EncodedProtectedHeader.EncodedEncryptedKey.EncodedInitializationVector.EncodedCiphertext.EncodedAuthenticationTag'.";
const EXPIRED = 'Lifetime validation failed, the token is expired.';
const NOT_YET_VALID = 'Access token has expired or is not yet valid.';
const FAILURE = 'Access token validation failure.';
const AUDIENCE = 'Access token validation failure. Invalid audience.';
const ISSUER = 'Access token validation failure. Invalid issuer.';

const OTHER_TENANT = 'aaaaaaaa-2222-4333-8444-555555555555';

const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

function assertRefused(answer: Answer, message: string, code: string, explanation: RegExp): void {
  assertGraphError(answer, { status: 401, code: 'InvalidAuthenticationToken', message, inner: null });
  expect(answer.headers.get('www-authenticate')).toBe(WWW_AUTHENTICATE);
  expect(answer.body.error.details).toEqual([
    { code, message: expect.stringMatching(explanation), target: 'Authorization' },
  ]);
}

describe('A request whose token cannot be believed', () => {
  const server = useServer();
  let stranger: Awaited<ReturnType<typeof generateKeyPair>>;
  beforeAll(async () => {
    stranger = await generateKeyPair('RS256', { extractable: true });
  });

  const list = (token: string | null, headers: Record<string, string> = {}): Promise<Answer> =>
    send(server, 'GET', COLLECTION, { as: token, headers });

  it.each([
    ['no Authorization header', {}],
    ['a bearer without a token', { authorization: 'Bearer ' }],
    ['a bearer of blanks', { authorization: 'Bearer \t ' }],
    ['another scheme', { authorization: 'Basic YWxpY2U6c2VjcmV0' }],
    ['an empty header', { authorization: '' }],
  ])('is refused as empty: %s [accessTokenEmpty]', async (_, headers) => {
    const answer = await list(null, headers);
    assertRefused(answer, EMPTY, 'TokenMissing', /^Send the header "Authorization: Bearer \{token\}"\.$/);
  });

  it.each([
    ['no dots', 'secret'],
    ['dots and nothing else', '..'],
    ['words between dots', 'not.a.jwt'],
    ['five parts', 'e30.e30.e30.e30.e30'],
    ['two parts', 'e30.e30'],
    ['bytes that are no Base64', 'ey!.ey!.ey!'],
    ['a header that is no object', `${Buffer.from('[]').toString('base64url')}.e30.e30`],
  ])('is refused as no JWT: %s [accessTokenNotWellFormed]', async (_, token) => {
    const explanation = /^The text after "Bearer" is not a JSON Web Token\.$/;
    assertRefused(await list(token), NOT_WELL_FORMED, 'TokenNotWellFormed', explanation);
  });

  it('is refused as no JWT where the signature is right and the payload is no claims [accessTokenNotWellFormed]', async () => {
    const { key } = secretsOf(server);
    const token = await new CompactSign(Buffer.from('"hello"'))
      .setProtectedHeader({ alg: 'RS256', kid: key.kid })
      .sign(await importJWK(key, 'RS256'));
    assertRefused(await list(token), NOT_WELL_FORMED, 'TokenNotWellFormed', /not a JSON Web Token/);
  });

  it.each([
    ['an hour ago', (): object => ({ exp: inSeconds(-3600), nbf: inSeconds(-7200) })],
    ['a second ago', (): object => ({ exp: inSeconds(-1) })],
    ['at a time that is no number', (): object => ({ exp: 'tomorrow' })],
    ['never, for want of exp', (): object => ({ exp: undefined })],
  ])('is refused as expired: %s [accessTokenExpired]', async (_, claims) => {
    const token = await forge(server, { claims: claims() as Record<string, unknown> });
    assertRefused(await list(token), EXPIRED, 'TokenExpired', /'exp' claim is over, or the claim is missing/);
  });

  it('is refused before its time [accessTokenNotYetValid]', async () => {
    const token = await forge(server, { claims: { nbf: inSeconds(60) } });
    assertRefused(await list(token), NOT_YET_VALID, 'TokenNotYetValid', /'nbf' claim has not come/);
  });

  it.each([
    ['another API', 'https://management.azure.com'],
    ['the audience in another spelling', 'https://graph.microsoft.com.evil.example'],
    ['none', undefined],
    ['a list without this API', ['https://management.azure.com', 'https://vault.azure.net']],
  ])('is refused for its audience: %s [accessTokenAudienceNotValid]', async (_, aud) => {
    const token = await forge(server, { claims: { aud } });
    assertRefused(
      await list(token),
      AUDIENCE,
      'InvalidAudience',
      /^The token's 'aud' claim must be 'https:\/\/graph\.microsoft\.com' or '00000003-0000-0000-c000-000000000000'\.$/,
    );
  });

  it.each([
    ['another authority', { iss: `https://login.microsoftonline.com/${TENANT}/v2.0` }],
    ['of another tenant than tid', { tid: OTHER_TENANT }],
    ['none', { iss: undefined }],
    ['the placeholder itself', { iss: 'https://sts.windows.net/{tenant}/' }],
    ['no tid that would name the tenant', { tid: undefined }],
    ['an empty tid', { tid: '' }],
  ])('is refused for its issuer: %s [accessTokenIssuerNotValid]', async (_, claims) => {
    const token = await forge(server, { claims });
    assertRefused(
      await list(token),
      ISSUER,
      'InvalidIssuer',
      /^The token's 'iss' claim must be 'https:\/\/sts\.windows\.net\/\{tenant\}\/', where \{tenant\} is the 'tid' claim\.$/,
    );
  });

  it('is refused for an issuer that fits the missing tid [accessTokenNotValid]', async () => {
    const token = await forge(server, { claims: { tid: undefined, iss: 'https://sts.windows.net//' } });
    assertRefused(await list(token), FAILURE, 'TokenNotValid', /has no 'tid' claim/);
  });

  it('is refused without appid and azp; one of them is enough [accessTokenNotValid]', async () => {
    const token = await forge(server, { claims: { appid: undefined, azp: undefined } });
    assertRefused(
      await list(token),
      FAILURE,
      'TokenNotValid',
      /neither an 'appid' nor an 'azp' claim, which names the application/,
    );
    expect((await list(await forge(server, { claims: { appid: undefined } }))).status).toBe(200);
    expect((await list(await forge(server, { claims: { azp: undefined } }))).status).toBe(200);
  });

  it('is refused of a personal account [personalAccountNotSupported]', async () => {
    const token = await tokenOf(server, {
      tenantId: '9188040d-6c67-4c5b-b112-36a304b66dad',
      delegated: true,
    });
    assertRefused(await list(token), FAILURE, 'PersonalAccountNotSupported', /personal Microsoft account/);
  });

  describe('for its signature', () => {
    it('refuses a token signed by another key under the same kid [accessTokenNotValid]', async () => {
      const token = await forge(server, { key: stranger.privateKey });
      assertRefused(await list(token), FAILURE, 'TokenNotValid', /signature does not fit the key/);
    });

    it('refuses a token signed by a key that the issuer never had [accessTokenNotValid]', async () => {
      const token = await forge(server, { key: stranger.privateKey, header: { kid: 'mine' } });
      assertRefused(await list(token), FAILURE, 'TokenNotValid', /no key of the token's 'kid'/);
    });

    it('refuses a token with other claims than those that were signed [accessTokenNotValid]', async () => {
      const [header, , signature] = (await tokenOf(server)).split('.');
      const [, payload] = (await forge(server, { claims: { tid: OTHER_TENANT } })).split('.');
      const answer = await list(`${header}.${payload}.${signature}`);
      assertRefused(answer, FAILURE, 'TokenNotValid', /signature does not fit the key/);
    });

    it('refuses a token whose signature is cut off [accessTokenNotValid]', async () => {
      const [header, payload] = (await tokenOf(server)).split('.');
      const answer = await list(`${header}.${payload}.`);
      assertRefused(answer, FAILURE, 'TokenNotValid', /signature does not fit the key/);
    });

    it('refuses a token with the algorithm none [accessTokenNotValid]', async () => {
      const [, payload] = (await tokenOf(server)).split('.');
      const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString());
      const answer = await list(new UnsecuredJWT(claims).encode());
      assertRefused(answer, FAILURE, 'TokenNotValid', /^The signing algorithm 'none' is not accepted\.$/);
    });

    it('refuses a token signed by a key that it brings along [accessTokenNotValid]', async () => {
      const token = await forge(server, {
        key: stranger.privateKey,
        header: { jwk: await exportJWK(stranger.publicKey) },
      });
      assertRefused(await list(token), FAILURE, 'TokenNotValid', /signature does not fit the key/);
    });

    it.each(['PEM', 'JWK', 'modulus'])(
      'refuses a token signed by HS256 with the %s of the public key as the secret [accessTokenNotValid]',
      async (form) => {
        const { publicKey } = server.app.get(LocalIssuer);
        const secret = {
          PEM: await exportSPKI((await importJWK(publicKey, 'RS256')) as never),
          JWK: JSON.stringify(publicKey),
          modulus: publicKey.n!,
        }[form]!;
        const token = await forge(server, { key: Buffer.from(secret), header: { alg: 'HS256' } });
        assertRefused(await list(token), FAILURE, 'TokenNotValid', /algorithm 'HS256' is not accepted/);
      },
    );
  });

  it('is refused from the second on which the token expires, although it was good before [accessTokenExpired]', async () => {
    const token = await tokenOf(server, { lifetimeSeconds: 3600 });
    const time = new Time(server);
    const expiry = decodeJwt(token).exp! * 1000;
    const at = async (milliseconds: number): Promise<Answer> => {
      time.stop(expiry + milliseconds);
      return list(token);
    };
    try {
      expect((await at(-1000)).status).toBe(200);
      expect((await at(-1)).status).toBe(200);
      assertRefused(await at(0), EXPIRED, 'TokenExpired', /'exp' claim is over/);
    } finally {
      time.reset();
    }
  });

  it('is answered before a byte of its body was sent [accessTokenNotValid]', async () => {
    const connection = await RawConnection.to(server.url);
    connection.request(`POST ${COLLECTION}`, {
      Authorization: `Bearer ${await forge(server, { key: stranger.privateKey })}`,
      'Content-Type': 'application/json',
      'Content-Length': '4000000',
    });
    const text = await connection.received(/"client-request-id":"[^"]+"\}\}\}/);
    connection.close();
    expect(text).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/);
    expect(text).toContain('"code":"InvalidAuthenticationToken"');
  });

  it('is refused on every route that needs a token, in both versions', async () => {
    const id = 'contosohr';
    for (const version of ['beta', 'v1.0']) {
      for (const [method, path] of [
        ['POST', COLLECTION],
        ['GET', COLLECTION],
        ['HEAD', COLLECTION],
        ['GET', `${COLLECTION}/${id}`],
      ] as const) {
        const answer = await send(server, method, path.replace('beta', version), { as: 'wrong' });
        expect({ method, path, status: answer.status }).toEqual({ method, path, status: 401 });
      }
    }
  });
});

describe('A request whose token can be believed', () => {
  const server = useServer();

  it('may spell the scheme as it likes', async () => {
    const token = await tokenOf(server);
    for (const scheme of ['bearer', 'BEARER', 'Bearer ']) {
      const headers = { authorization: `${scheme} ${token}` };
      expect((await send(server, 'GET', COLLECTION, { as: null, headers })).status, scheme).toBe(200);
    }
  });

  it.each([
    ["Graph's application id", { aud: '00000003-0000-0000-c000-000000000000' }],
    ["Graph's address among others", { aud: ['https://vault.azure.net', 'https://graph.microsoft.com'] }],
    ['a tenant id in capitals beside an issuer in small letters', { tid: TENANT.toUpperCase() }],
  ])('may name %s', async (_, claims) => {
    const answer = await send(server, 'GET', COLLECTION, { as: await forge(server, { claims }) });
    expect(answer.status, answer.text).toBe(200);
  });

  it('may leave out the kid of the only key', async () => {
    const as = await forge(server, { header: { kid: undefined } });
    expect((await send(server, 'GET', COLLECTION, { as })).status).toBe(200);
  });
});
