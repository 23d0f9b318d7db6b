import { describe, expect, it } from 'vitest';
import { NOT_BUILT, RouteTable } from '../../../src/graph/http/route-table.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { startServer, type TestServer, useServer } from '../../support/server.js';

describe('the path of a request', () => {
  const server = useServer();

  it.each([
    ['/beta/foo', 'foo'],
    ['/v1.0/external/foo', 'foo'],
    ['/beta/external/connections/x/foo', 'foo'],
    ['/v1.0/connection', 'connection'],
    ['/beta/$nothing', '$nothing'],
    ['/beta/External/Bar?x=/', 'Bar'],
    ['/beta/%C3%A4', 'ä'],
    ['/beta/externals', 'externals'],
  ])(
    'refuses %s, which is no resource, before it looks at the token [segmentNotFound]',
    async (path, segment) => {
      for (const as of [null, undefined]) {
        assertGraphError(await send(server, 'GET', path, { as }), {
          status: 400,
          code: 'BadRequest',
          message: `Resource not found for the segment '${segment}'.`,
          inner: null,
        });
      }
    },
  );

  it.each(['/v2.0/external/connections', '/external/connections', '/v1/me', '/gamma/external/connections'])(
    'refuses %s, which has no version [versionNotValid]',
    async (path) => {
      assertGraphError(await send(server, 'GET', path, { as: null }), {
        status: 400,
        code: 'BadRequest',
        message: 'Invalid version.',
        inner: null,
      });
    },
  );

  it('may have any case, and a slash at its end', async () => {
    for (const path of [
      '/BETA/External/Connections',
      '/beta/external/connections/',
      '/V1.0/external/connections',
    ]) {
      expect((await send(server, 'GET', path)).status, path).toBe(200);
    }
  });

  it.each([
    ['PUT', '/beta/external/connections'],
    ['POST', '/beta/external/connections/contosohr'],
    ['DELETE', '/v1.0/external/connections'],
    ['POST', '/health/live'],
  ])('does not allow %s %s [methodNotAllowed]', async (method, path) => {
    const answer = await send(server, method, path, { as: null });
    assertGraphError(answer, {
      status: 405,
      code: 'BadRequest',
      message: 'Specified HTTP method is not allowed for the request target.',
      inner: null,
    });
    expect(answer.headers.get('allow')).toContain('GET');
  });

  it.each(
    NOT_BUILT.flatMap(({ methods, path }) => methods.map((method) => [method, path.replaceAll('{id}', 'x')])),
  )('says of %s %s that it is missing here, not in Graph [notBuiltHere]', async (method, path) => {
    for (const version of ['beta', 'v1.0']) {
      const answer = await send(server, method, `/${version}/${path}`, { as: null });
      assertGraphError(answer, { status: 501, code: 'NotImplementedByGraphConnections', inner: null });
    }
  });

  it('is on the list of what is not built only while it has no route', () => {
    const routes = server.app.get(RouteTable);
    for (const { methods, path } of NOT_BUILT) {
      for (const method of methods)
        expect(routes.has(method, `/beta/${path}`), `${method} ${path}`).toBe(false);
    }
  });

  it('may not have broken percent-encoding or an endless segment [uriNotValid]', async () => {
    for (const path of ['/beta/external/connections/%zz', `/beta/external/connections/${'x'.repeat(600)}`]) {
      assertGraphError(await send(server, 'GET', path), { status: 400, code: 'BadRequest', inner: null });
    }
  });
});

describe('the headers of an answer', () => {
  const server = useServer();

  it.each(['4d66b31c-d551-5533-10e9-e1a11a0af30a', 'anything at all', 'x'.repeat(200)])(
    'echo the client-request-id %s',
    async (id) => {
      for (const path of ['/beta/external/connections', '/beta/external/connections/missing', '/beta/foo']) {
        const answer = await send(server, 'GET', path, { headers: { 'client-request-id': id } });
        expect(answer.headers.get('client-request-id')).toBe(id);
        expect(answer.headers.get('request-id')).not.toBe(id);
        if (answer.status !== 200) expect(answer.body.error.innerError['client-request-id']).toBe(id);
      }
    },
  );

  it('carry a request-id of their own each, and it stands for the client-request-id where none was sent', async () => {
    const answers = await Promise.all([1, 2].map(() => send(server, 'GET', '/beta/external/connections')));
    const [one, other] = answers.map(({ headers }) => headers.get('request-id'));
    expect(one).not.toBe(other);
    expect(answers[0]!.headers.get('client-request-id')).toBe(one);
  });

  it('say what Graph says', async () => {
    const { headers } = await send(server, 'GET', '/v1.0/external/connections');
    expect(headers.get('content-type')).toBe(
      'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
    );
    expect(headers.get('odata-version')).toBe('4.0');
    expect(headers.get('cache-control')).toBe('no-cache');
    expect(JSON.parse(headers.get('x-ms-ags-diagnostic')!)).toHaveProperty('ServerInfo.DataCenter');
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('begin links with the origin that the client used, and believe X-Forwarded-* only behind a trusted proxy', async () => {
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'graph.contoso.com' };
    const context = async (target: TestServer): Promise<string> =>
      (await send(target, 'GET', '/beta/external/connections', { headers: forwarded })).body[
        '@odata.context'
      ];
    expect(await context(server)).toBe(`${server.url}/beta/$metadata#external/connections`);
    const proxied = await startServer({ TRUST_PROXY: 'true' });
    try {
      expect(await context(proxied)).toBe('https://graph.contoso.com/beta/$metadata#external/connections');
    } finally {
      await proxied.close();
    }
  });
});
