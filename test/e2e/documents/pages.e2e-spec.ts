import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newTenant } from '../../support/callers.js';
import { create, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { type Answer, send } from '../../support/http.js';
import { startServer, type TestServer } from '../../support/server.js';

const CONNECTIONS = '/beta/external/connections';
const FRONTEND = 'http://localhost:5173';
const STRANGER = 'http://evil.example';

const corsHeaders = ({ headers }: Answer): string[] =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'));

const listOf = (header: string | null): string[] =>
  (header ?? '').split(',').map((entry) => entry.trim().toLowerCase());

describe('the pages', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

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

describe('HEAD on the API', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

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
    let server: TestServer;
    beforeAll(async () => {
      server = await startServer();
    });
    afterAll(() => server.close());

    it('are allowed to nobody', async () => {
      assertGraphError(await preflight(server, FRONTEND), { status: 405, code: 'BadRequest' });
      for (const answer of [
        await preflight(server, FRONTEND),
        await send(server, 'GET', CONNECTIONS, { headers: { origin: FRONTEND } }),
        await send(server, 'GET', CONNECTIONS, { as: null, headers: { origin: FRONTEND } }),
        await send(server, 'GET', '/openapi.json', { as: null, headers: { origin: FRONTEND } }),
      ]) {
        expect(corsHeaders(answer)).toEqual([]);
        expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin');
      }
    });
  });

  describe(`with CORS_ORIGINS=${FRONTEND}`, () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await startServer({ CORS_ORIGINS: FRONTEND });
    });
    afterAll(() => server.close());

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

    it('of any other origin get no leave', async () => {
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

  it('are allowed to everyone with CORS_ORIGINS=*', async () => {
    const server = await startServer({ CORS_ORIGINS: '*' });
    expect((await preflight(server, STRANGER)).headers.get('access-control-allow-origin')).toBe('*');
    const refused = await send(server, 'GET', CONNECTIONS, { as: null, headers: { origin: STRANGER } });
    expect({ status: refused.status, origin: refused.headers.get('access-control-allow-origin') }).toEqual({
      status: 401,
      origin: '*',
    });
    await server.close();
  });
});
