import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { assertEntraError, postToken, requestToken, tokenForm } from '../../support/authority.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import { startServer, useServer } from '../../support/server.js';

const TENANT = '6f1f7c1e-2f57-4f0e-9d3a-0c5d0f6a7b81';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

describe('field 5.9: an error of an identity route has the form of OAuth', () => {
  const server = useServer();

  const ask = (method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> =>
    send(server, method, path, { as: null, headers });

  it.each([
    ['GET', `/${TENANT}/oauth2/v2.0/authorize`],
    ['POST', `/${TENANT}/oauth2/v2.0/devicecode`],
    ['GET', `/${TENANT}/oauth2/authorize?client_id=x`],
    ['GET', `/${TENANT}/oauth2`],
    ['GET', '/common/oauth2/v2.0/logout'],
    ['GET', `/${TENANT}/v2.0/`],
    ['GET', `/${TENANT}/.well-known/nothing`],
    ['GET', `/${TENANT}/discovery/v3.0/keys`],
    ['PUT', `/${TENANT}/oauth2/nothing`],
  ])('answers as Entra where there is nothing: %s %s', async (method, path) => {
    assertEntraError(await ask(method, path), {
      status: 404,
      error: 'invalid_request',
      code: 9_002_313,
      sentence: /There is no page/,
    });
  });

  it.each([
    ['GET', `/${TENANT}/oauth2/v2.0/token`, 'POST'],
    ['PUT', `/${TENANT}/oauth2/v2.0/token?x=1`, 'POST'],
    ['DELETE', `/${TENANT}/oauth2/token`, 'POST'],
    ['POST', `/${TENANT}/v2.0/.well-known/openid-configuration`, 'GET'],
    ['POST', '/common/discovery/instance', 'GET'],
    ['PATCH', '/common/discovery/keys', 'GET'],
  ])('answers as Entra if the method is not allowed: %s %s', async (method, path, allowed) => {
    const answer = await ask(method, path);
    assertEntraError(answer, {
      status: 405,
      error: 'invalid_request',
      code: 900_561,
      sentence: new RegExp(
        `The endpoint only accepts .*${allowed}.* requests\\. Received a ${method} request\\.`,
      ),
    });
    expect(answer.headers.get('allow')).toContain(allowed);
  });

  it('answers as Entra if the address cannot be read', async () => {
    for (const path of [`/%zz/oauth2/v2.0/token`, `/${'x'.repeat(600)}/oauth2/v2.0/token`]) {
      assertEntraError(await ask('POST', path), {
        status: 400,
        error: 'invalid_request',
        code: 9_002_313,
        sentence: /The request URI is not valid/,
      });
    }
  });

  it.each(['application/json', 'text/plain;charset=UTF-8', 'multipart/form-data; boundary=x'])(
    'finds no parameter in a body labelled %s, as Entra does',
    async (type) => {
      const answer = await postToken(server, await tokenForm(server), { headers: { 'content-type': type } });
      assertEntraError(answer, {
        status: 400,
        error: 'invalid_request',
        code: 900_144,
        sentence: /'grant_type'\. The body must be sent as application\/x-www-form-urlencoded\./,
      });
    },
  );

  it('takes a form whose label has a charset, and capitals', async () => {
    const type = 'Application/X-WWW-Form-Urlencoded; charset=UTF-8';
    const answer = await postToken(server, await tokenForm(server), { headers: { 'content-type': type } });
    expect(answer.status, answer.text).toBe(200);
  });

  it('answers as Entra if the Content-Type is not one', async () => {
    const answer = await postToken(server, 'x', { headers: { 'content-type': 'nonsense' } });
    assertEntraError(answer, {
      status: 400,
      error: 'invalid_request',
      code: 9_002_313,
      sentence: /Content-Type/,
    });
  });

  it('answers as Entra if the body cannot be unpacked', async () => {
    const answer = await postToken(server, 'no gzip', { headers: { ...FORM, 'content-encoding': 'gzip' } });
    assertEntraError(answer, { status: 400, error: 'invalid_request', code: 9_002_313, sentence: /gzip/ });
    const unknown = await postToken(server, 'x', { headers: { ...FORM, 'content-encoding': 'zstd' } });
    assertEntraError(unknown, { status: 415, error: 'invalid_request', code: 9_002_313, sentence: /zstd/ });
  });

  it('leaves paths of Graph to Graph', async () => {
    for (const path of ['/beta/oauth2/v2.0/authorize', '/v1.0/.well-known/openid-configuration/x'])
      assertGraphError(await ask('GET', path), { status: 400, code: 'BadRequest', inner: null });
    assertGraphError(await ask('GET', '/nothing/here'), { status: 404, code: 'NotFound', inner: null });
  });
});

describe('The body of a token request', () => {
  const server = useServer();

  const TOO_LARGE = {
    status: 413,
    error: 'invalid_request',
    code: 9_002_313,
    sentence: /The body may have 65536 bytes at most/,
  };

  it('may have 64 kB, which an assertion with a chain of certificates needs', async () => {
    const form = await tokenForm(server);
    const room = 65_536 - form.length - '&x='.length;
    expect((await postToken(server, `${form}&x=${'y'.repeat(room)}`)).status).toBe(200);
    assertEntraError(await postToken(server, `${form}&x=${'y'.repeat(room + 1)}`), TOO_LARGE);
  });

  it.each(['oauth2/v2.0/token', 'oauth2/token'])(
    'refuses a body of 4 MB by %s before it is read',
    async (endpoint) => {
      assertEntraError(await postToken(server, '&a=b'.repeat(1_000_000), { endpoint }), TOO_LARGE);
    },
  );

  it('counts a body without a length, or packed, while it comes', async () => {
    const pieces = Array.from({ length: 20 }, () => Buffer.alloc(16_384, '&a=b'));
    const response = await fetch(`${server.url}/${TENANT}/oauth2/v2.0/token`, {
      method: 'POST',
      headers: FORM,
      body: ReadableStream.from(pieces),
      duplex: 'half',
    });
    expect(response.status).toBe(413);
    expect(((await response.json()) as { error: string }).error).toBe('invalid_request');

    const packed = await send(server, 'POST', `/${TENANT}/oauth2/v2.0/token`, {
      as: null,
      headers: { ...FORM, 'content-encoding': 'gzip' },
      body: gzipSync(Buffer.alloc(4_000_000, '&a=b')),
    });
    assertEntraError(packed, TOO_LARGE);
  });

  it('may have a hundred parameters', async () => {
    const form = await tokenForm(server);
    const fields = (count: number): string => '&x=y'.repeat(count - form.split('&').length);
    expect((await postToken(server, form + fields(100))).status).toBe(200);
    assertEntraError(await postToken(server, form + fields(101)), {
      status: 400,
      error: 'invalid_request',
      code: 9_002_313,
      sentence: /The form may have 100 parameters at most/,
    });
  });
});

describe('A page of another origin', () => {
  const ORIGIN = 'http://evil.example';

  it.each<Record<string, string>>([
    {},
    { CORS_ORIGINS: '*' },
    { CORS_ORIGINS: `${ORIGIN},http://localhost:5173` },
  ])('reads discovery documents and keys, and no token: %j', async (environment) => {
    const server = await startServer(environment);
    const headers = { origin: ORIGIN };
    try {
      for (const path of [
        `/${TENANT}/v2.0/.well-known/openid-configuration`,
        `/${TENANT}/.well-known/openid-configuration`,
        `/${TENANT}/discovery/v2.0/keys`,
        '/common/discovery/instance?api-version=1.1',
      ]) {
        const answer = await send(server, 'GET', path, { as: null, headers });
        expect(answer.headers.get('access-control-allow-origin'), path).toBe('*');
        expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      }
      const answers = [
        await requestToken(server, {}, { headers }),
        await requestToken(server, { client_secret: 'wrong' }, { headers }),
        await requestToken(
          server,
          { resource: 'https://graph.microsoft.com' },
          { headers, endpoint: 'oauth2/token' },
        ),
        await send(server, 'OPTIONS', `/${TENANT}/oauth2/v2.0/token`, {
          as: null,
          headers: { ...headers, 'access-control-request-method': 'POST' },
        }),
        await send(server, 'POST', '/docs/token', { as: null, headers }),
      ];
      for (const answer of answers) {
        const leave = [...answer.headers.keys()].filter((name) => name.startsWith('access-control-'));
        expect(leave).toEqual([]);
      }
    } finally {
      await server.close();
    }
  });
});
