import { describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { create, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import { memoryLog } from '../../support/logged-server.js';
import { sendBytes } from '../../support/raw-http.js';
import { startServer, type TestServer, useServer } from '../../support/server.js';

const CONNECTIONS = '/beta/external/connections';
const BATCH = { requests: [{ id: '1', method: 'GET', url: '/external/connections' }] };
const TOKENS = '/contoso.example/oauth2/v2.0/token';
/** What Graph exposes (docs/contract/field.md#6). */
const EXPOSED = [
  'etag',
  'location',
  'preference-applied',
  'content-range',
  'request-id',
  'client-request-id',
  'readwriteconsistencytoken',
  'sdkversion',
  'www-authenticate',
  'retry-after',
];
const FRONTEND = 'http://localhost:5173';
const STRANGER = 'http://evil.example';

const corsHeaders = ({ headers }: Answer): string[] =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

const listOf = (header: string | null): string[] =>
  (header ?? '').split(',').map((entry) => entry.trim().toLowerCase());

describe('the pages', () => {
  const server = useServer();

  const get = (path: string, headers?: Record<string, string>): Promise<Answer> =>
    send(server, 'GET', path, { as: null, headers });

  it('begin at /, which leads to /docs', async () => {
    const answer = await get('/');
    expect(answer.status).toBe(302);
    expect(answer.headers.get('location')).toBe('/docs');
  });

  it.each(['/docs', '/docs/'])('show Swagger UI at %s, protected by headers', async (path) => {
    const { status, headers, text } = await get(path);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/html/);
    expect(text).toContain('<title>Graph Connections</title>');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("object-src 'none'");
    expect(policy).not.toContain('upgrade-insecure-requests');
    expect(policy).not.toContain('unsafe-eval');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.has('x-powered-by')).toBe(false);
    expect(headers.has('server')).toBe(false);
  });

  it('bring along everything that they load, from this server', async () => {
    const { text } = await get('/docs');
    const assets = [...text.matchAll(/(?:src|href)=["']([^"'#]+)["']/g)].map(
      ([, address]) => new URL(address!, `${server.url}/docs`),
    );
    expect(assets.length).toBeGreaterThanOrEqual(5);
    const types: Record<string, string> = {
      css: 'text/css',
      js: 'javascript',
      png: 'image/png',
    };
    for (const { origin, pathname } of assets) {
      expect(origin).toBe(server.url);
      const { status, headers, text: content } = await get(pathname);
      expect({ pathname, status }).toEqual({ pathname, status: 200 });
      expect(headers.get('content-type')).toContain(types[pathname.split('.').at(-1)!]);
      expect(content.length).toBeGreaterThan(100);
    }
  });

  it.each([
    '/nothing',
    '/docs/nothing.js',
    '/docs/../package.json',
    '/docs/%2e%2e/package.json',
    '/robots.txt',
  ])('are no more than these: %s is a 404 in the form of a Graph error [pageNotFound]', async (path) => {
    assertGraphError(await get(path), { status: 404, code: 'NotFound', inner: null });
  });

  it('are read only [methodNotAllowed]', async () => {
    const answer = await send(server, 'POST', '/docs', { as: null });
    assertGraphError(answer, { status: 405, code: 'BadRequest', inner: null });
    expect(listOf(answer.headers.get('allow'))).toContain('get');
  });

  it('answer HEAD as GET, without a body', async () => {
    for (const path of [
      '/docs',
      '/openapi.json',
      '/openapi.yaml',
      '/openapi-v1.0.json',
      '/docs/swagger-ui.css',
    ]) {
      const head = await send(server, 'HEAD', path, { as: null });
      const { status, headers } = await get(path);
      expect({ path, status: head.status, text: head.text }).toEqual({ path, status, text: '' });
      expect(head.headers.get('content-type')).toBe(headers.get('content-type'));
      expect(head.headers.get('content-length')).toBe(headers.get('content-length'));
    }
  });
});

describe('names that no page has', () => {
  const { log: lines, logger } = memoryLog();
  const server = useServer({}, logger);

  it.each([
    '/docs/%5c',
    '/docs/..',
    '/docs/../x',
    '/docs/%2e%2e/',
    '/docs/%2e',
    '/docs/%00',
    '/docs/%zz',
    '/docs/%c0%af',
    '/docs//x',
    '/docs/C:%5cx',
    '/docs/a%5c..%5cb',
    '/docs/*',
    '/docs/$count',
    `/docs/${'x'.repeat(400)}`,
    `/docs/${'x'.repeat(5000)}`,
    `/docs/${'%5c'.repeat(5000)}`,
    '//docs',
    '/*',
    '/%',
    '/%00',
    '/openapi.json/..',
    '/openapi.json/%00',
    '/health/%00',
    '/health/%zz',
    '/contoso.example/%zz',
    '/contoso.example/oauth2/v2.0/%00',
  ])('are a 404 and nothing of note: %s', async (path) => {
    const request = `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
    const answer = await sendBytes(server, request);
    expect(answer).toMatch(/^HTTP\/1.1 404 /);
    // Below the address of a tenant errors have OAuth's form.
    expect(answer).toMatch(/"code":"NotFound"|"error":"invalid_request"/);
    // Nobody can fill a log, or a page, with a long name.
    expect(answer.length).toBeLessThan(2500);
    expect(lines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50)).toEqual([]);
  });

  it.each(['/beta/%00', '/beta/%zz', '/v1.0/external/%', `/beta/${'x'.repeat(5000)}`])(
    'answer segments that Graph does not have by a 400, likewise: %s',
    async (path) => {
      const answer = await sendBytes(server, `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1.1 400 /);
      expect(answer.length).toBeLessThan(2500);
      expect(lines.map((line) => JSON.parse(line)).filter(({ level }) => level >= 50)).toEqual([]);
    },
  );
});

describe('Strict-Transport-Security', () => {
  it('is said to whoever came over https, as a trusted proxy tells, and to nobody else', async () => {
    const said = async (environment: Record<string, string>, headers: Record<string, string>) => {
      const server = await startServer(environment);
      const answers = await Promise.all(
        [CONNECTIONS, `${CONNECTIONS}/missing`, '/docs'].map((path) =>
          send(server, 'GET', path, { headers }),
        ),
      );
      await server.close();
      return new Set(answers.map((answer) => answer.headers.get('strict-transport-security')));
    };
    const https = { 'x-forwarded-proto': 'https' };
    expect(await said({}, {})).toEqual(new Set([null]));
    expect(await said({}, https)).toEqual(new Set([null]));
    expect(await said({ TRUST_PROXY: 'true' }, { 'x-forwarded-proto': 'http' })).toEqual(new Set([null]));
    expect(await said({ TRUST_PROXY: 'true' }, https)).toEqual(new Set(['max-age=31536000']));
  });
});

describe('HEAD on the API', () => {
  const server = useServer();

  it('says what GET says, without a body', async () => {
    const as = { tenantId: newTenant() };
    const body = validConnection();
    await create(server, body, { as });
    for (const path of [CONNECTIONS, `${CONNECTIONS}/${String(body.id)}`, `${CONNECTIONS}/missing`]) {
      const head = await send(server, 'HEAD', path, { as });
      const { status, headers } = await send(server, 'GET', path, { as });
      expect({ path, status: head.status, text: head.text }).toEqual({ path, status, text: '' });
      expect(head.headers.get('content-length')).toBe(headers.get('content-length'));
    }
  });

  it('needs the token and the permission that GET needs', async () => {
    expect((await send(server, 'HEAD', CONNECTIONS, { as: null })).status).toBe(401);
    const as = { permissions: ['ExternalItem.Read.All'] as const };
    expect((await send(server, 'HEAD', CONNECTIONS, { as })).status).toBe(403);
  });
});

describe('calls from other origins', () => {
  const preflight = (server: TestServer, origin: string): Promise<Answer> =>
    send(server, 'OPTIONS', CONNECTIONS, {
      as: null,
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });

  describe('as a server is started (CORS_ORIGINS unset)', () => {
    const server = useServer();

    it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'GET'])(
      'field 6: are prepared by a preflight of %s with any header, from any origin, without credentials',
      async (method) => {
        for (const path of [CONNECTIONS, '/v1.0/external/connections/x/items/y', '/beta/$batch', '/beta']) {
          const { status, headers, text } = await send(server, 'OPTIONS', path, {
            as: null,
            headers: {
              origin: STRANGER,
              'access-control-request-method': method,
              'access-control-request-headers': 'authorization,content-type,x-anything,sdkversion',
            },
          });
          expect({ path, status, text }).toEqual({ path, status: 204, text: '' });
          expect(headers.get('access-control-allow-origin')).toBe('*');
          expect(listOf(headers.get('access-control-allow-methods'))).toContain(method.toLowerCase());
          expect(listOf(headers.get('access-control-allow-headers'))).toEqual(
            expect.arrayContaining(['authorization', 'content-type', 'x-anything', 'sdkversion']),
          );
          expect(headers.has('access-control-allow-credentials')).toBe(false);
        }
      },
    );

    it('field 6: are answered so that any page can read the answer of a route of Graph, errors included', async () => {
      const headers = { origin: STRANGER };
      const as = { tenantId: newTenant() };
      const answers: [status: number, answer: Answer][] = [
        [201, await create(server, validConnection(), { as, headers })],
        [200, await send(server, 'GET', CONNECTIONS, { as, headers })],
        [200, await send(server, 'GET', '/v1.0/$metadata', { as: null, headers })],
        [200, await send(server, 'POST', '/beta/$batch', { as, headers, body: BATCH })],
        [400, await create(server, {}, { as, headers })],
        [400, await send(server, 'GET', '/beta/foo', { as, headers })],
        [400, await send(server, 'GET', `${CONNECTIONS}/%zz`, { as, headers })],
        [400, await send(server, 'GET', `${CONNECTIONS}/${'x'.repeat(600)}`, { as, headers })],
        [401, await create(server, {}, { as: null, headers })],
        [403, await send(server, 'GET', CONNECTIONS, { as: { permissions: [] }, headers })],
        [404, await send(server, 'GET', `${CONNECTIONS}/missing`, { as, headers })],
        [405, await send(server, 'PUT', CONNECTIONS, { as, headers })],
        [501, await send(server, 'PATCH', '/v1.0/external', { as, headers, body: {} })],
      ];
      for (const [status, answer] of answers) {
        expect(answer.status, answer.text).toBe(status);
        expect({ status, origin: answer.headers.get('access-control-allow-origin') }).toEqual({
          status,
          origin: '*',
        });
        expect(answer.headers.has('access-control-allow-credentials')).toBe(false);
        expect(listOf(answer.headers.get('access-control-expose-headers'))).toEqual(
          expect.arrayContaining(EXPOSED),
        );
      }
    });

    it('field 6: are allowed to nobody outside of Graph: the token endpoint, the documents, health', async () => {
      const origin = { origin: FRONTEND };
      for (const answer of [
        await send(server, 'POST', TOKENS, { as: null, headers: origin, body: '' }),
        await send(server, 'OPTIONS', TOKENS, {
          as: null,
          headers: { ...origin, 'access-control-request-method': 'POST' },
        }),
        await send(server, 'GET', '/openapi.json', { as: null, headers: origin }),
        await send(server, 'GET', '/docs', { as: null, headers: origin }),
        await send(server, 'GET', '/health/live', { as: null, headers: origin }),
        await send(server, 'GET', '/nothing', { as: null, headers: origin }),
        await send(server, 'GET', '/betas/external', { as: null, headers: origin }),
      ]) {
        expect(corsHeaders(answer)).toEqual([]);
        expect(answer.headers.get('cross-origin-resource-policy') ?? 'same-origin').toBe('same-origin');
      }
    });
  });

  describe(`with CORS_ORIGINS=${FRONTEND}`, () => {
    const server = useServer({ CORS_ORIGINS: FRONTEND });

    it('may be prepared by a preflight without a token', async () => {
      const { status, headers, text } = await preflight(server, FRONTEND);
      expect({ status, text }).toEqual({ status: 204, text: '' });
      expect(headers.get('access-control-allow-origin')).toBe(FRONTEND);
      expect(listOf(headers.get('access-control-allow-methods'))).toEqual(
        expect.arrayContaining(['get', 'post', 'put', 'patch', 'delete']),
      );
      expect(listOf(headers.get('access-control-allow-headers'))).toEqual(
        expect.arrayContaining(['authorization', 'content-type']),
      );
      expect(headers.has('access-control-allow-credentials')).toBe(false);
      expect(listOf(headers.get('vary'))).toContain('origin');
    });

    it('are answered so that the page can read the answer, also where it is an error', async () => {
      const headers = { origin: FRONTEND };
      const as = { tenantId: newTenant() };
      const answers: [status: number, answer: Answer][] = [
        [201, await create(server, validConnection(), { as, headers })],
        [200, await send(server, 'GET', CONNECTIONS, { as, headers })],
        [400, await create(server, {}, { as, headers })],
        [401, await create(server, {}, { as: null, headers })],
        [403, await send(server, 'GET', CONNECTIONS, { as: { permissions: [] }, headers })],
        [404, await send(server, 'GET', `${CONNECTIONS}/missing`, { as, headers })],
        [404, await send(server, 'GET', '/nothing', { as: null, headers })],
        [200, await send(server, 'GET', '/openapi.json', { as: null, headers })],
      ];
      for (const [status, answer] of answers) {
        expect(answer.status, answer.text).toBe(status);
        expect({ status, origin: answer.headers.get('access-control-allow-origin') }).toEqual({
          status,
          origin: FRONTEND,
        });
        expect(listOf(answer.headers.get('access-control-expose-headers'))).toEqual(
          expect.arrayContaining(['request-id', 'client-request-id', 'location', 'retry-after']),
        );
        expect(listOf(answer.headers.get('vary'))).toEqual(
          expect.arrayContaining(['origin', 'accept-encoding']),
        );
        expect(answer.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
      }
    });

    it('give no leave to any other origin', async () => {
      const headers = { origin: STRANGER };
      for (const answer of [
        await preflight(server, STRANGER),
        await preflight(server, `${FRONTEND}.evil.example`),
        await preflight(server, 'null'),
        await send(server, 'GET', CONNECTIONS, { headers }),
        await send(server, 'GET', CONNECTIONS, { as: null, headers }),
      ]) {
        expect(answer.headers.has('access-control-allow-origin')).toBe(false);
      }
    });

    it('do not need to be preflights to be answered', async () => {
      const answer = await send(server, 'OPTIONS', CONNECTIONS, { as: null });
      expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' });
    });
  });

  it('are allowed to each of several origins, by its name', async () => {
    const server = await startServer({ CORS_ORIGINS: `${FRONTEND}, https://app.example` });
    for (const origin of [FRONTEND, 'https://app.example']) {
      const { headers } = await preflight(server, origin);
      expect(headers.get('access-control-allow-origin')).toBe(origin);
    }
    expect((await preflight(server, STRANGER)).headers.has('access-control-allow-origin')).toBe(false);
    await server.close();
  });

  it('are allowed to everyone with CORS_ORIGINS=*, on the routes of Graph alone', async () => {
    const server = await startServer({ CORS_ORIGINS: '*' });
    const token = await send(server, 'POST', TOKENS, { as: null, headers: { origin: STRANGER }, body: '' });
    expect(corsHeaders(token)).toEqual([]);
    expect((await preflight(server, STRANGER)).headers.get('access-control-allow-origin')).toBe('*');
    const refused = await send(server, 'GET', CONNECTIONS, { as: null, headers: { origin: STRANGER } });
    expect({ status: refused.status, origin: refused.headers.get('access-control-allow-origin') }).toEqual({
      status: 401,
      origin: '*',
    });
    await server.close();
  });
});
