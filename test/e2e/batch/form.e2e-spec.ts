import { describe, expect, it } from 'vitest';
import { create, read, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { useServer } from '../../support/server.js';
import { batch, creating, type Json, JSON_BODY, statuses } from './batches.js';

const GET = { id: '1', method: 'GET', url: '/external/connections' };
const POST = { ...GET, method: 'POST', headers: JSON_BODY, body: {} };
const dependent = (id: string, ...dependsOn: string[]): Json => ({ ...GET, id, dependsOn });

describe('the form of a batch', () => {
  const server = useServer();

  it.each<[what: string, request: unknown, code: string, target: string]>([
    ['no object', 'GET /', 'PropertyTypeMismatch', 'requests[1]'],
    ['null', null, 'PropertyTypeMismatch', 'requests[1]'],
    ['an array', [], 'PropertyTypeMismatch', 'requests[1]'],
    ['without id', { ...GET, id: undefined }, 'RequiredPropertyMissing', 'requests[1].id'],
    ['with an empty id', { ...GET, id: '' }, 'RequiredPropertyMissing', 'requests[1].id'],
    ['with an id of null', { ...GET, id: null }, 'RequiredPropertyMissing', 'requests[1].id'],
    ['with a number as id', { ...GET, id: 1 }, 'PropertyTypeMismatch', 'requests[1].id'],
    ['with the id of another', { ...GET, id: 'good' }, 'DuplicateRequestId', 'requests[1].id'],
    [
      'with the id of another in another case',
      { ...GET, id: 'GOOD' },
      'DuplicateRequestId',
      'requests[1].id',
    ],
    ['without method', { ...GET, method: undefined }, 'RequiredPropertyMissing', 'requests[1].method'],
    ['with a method that is no string', { ...GET, method: {} }, 'PropertyTypeMismatch', 'requests[1].method'],
    ['with HEAD', { ...GET, method: 'HEAD' }, 'InvalidMethod', 'requests[1].method'],
    ['with a method of nobody', { ...GET, method: 'FETCH' }, 'InvalidMethod', 'requests[1].method'],
    ['without url', { ...GET, url: undefined }, 'RequiredPropertyMissing', 'requests[1].url'],
    ['with an empty url', { ...GET, url: '' }, 'RequiredPropertyMissing', 'requests[1].url'],
    ['with a url that is no string', { ...GET, url: ['/'] }, 'PropertyTypeMismatch', 'requests[1].url'],
    [
      'with an absolute url',
      { ...GET, url: 'https://graph.microsoft.com/beta/external/connections' },
      'InvalidUrl',
      'requests[1].url',
    ],
    [
      'with an absolute url of this server',
      { ...GET, url: 'HTTP://127.0.0.1/beta' },
      'InvalidUrl',
      'requests[1].url',
    ],
    ['with another scheme', { ...GET, url: 'file:/etc/passwd' }, 'InvalidUrl', 'requests[1].url'],
    ['with a host', { ...GET, url: '//evil.example/beta' }, 'InvalidUrl', 'requests[1].url'],
    ['that leaves the version', { ...GET, url: '/../v1.0/external' }, 'InvalidUrl', 'requests[1].url'],
    ['that leaves it encoded', { ...GET, url: '/external/%2e%2E/x?y' }, 'InvalidUrl', 'requests[1].url'],
    ['with a dot as segment', { ...GET, url: 'external/./connections' }, 'InvalidUrl', 'requests[1].url'],
    ['with a backslash', { ...GET, url: '/\\evil.example' }, 'InvalidUrl', 'requests[1].url'],
    ['with a fragment', { ...GET, url: '/external/connections#x' }, 'InvalidUrl', 'requests[1].url'],
    ['with a line break in the url', { ...GET, url: '/external\r\nX: y' }, 'InvalidUrl', 'requests[1].url'],
    ['with headers in an array', { ...GET, headers: [] }, 'PropertyTypeMismatch', 'requests[1].headers'],
    [
      'with a header of a number',
      { ...GET, headers: { a: 1 } },
      'PropertyTypeMismatch',
      'requests[1].headers.a',
    ],
    [
      'with a header that has no name',
      { ...GET, headers: { '': 'x' } },
      'InvalidHeader',
      'requests[1].headers.',
    ],
    [
      'with a header that is two',
      { ...GET, headers: { a: 'x\r\nb: y' } },
      'InvalidHeader',
      'requests[1].headers.a',
    ],
    [
      'with a header beyond Latin-1',
      { ...GET, headers: { a: 'Ωx' } },
      'InvalidHeader',
      'requests[1].headers.a',
    ],
    [
      'with a body and no headers',
      { ...POST, headers: undefined },
      'ContentTypeMissing',
      'requests[1].headers.Content-Type',
    ],
    [
      'with a body and no content type',
      { ...POST, headers: { Accept: '*/*' } },
      'ContentTypeMissing',
      'requests[1].headers.Content-Type',
    ],
    [
      'with text where base64 must be',
      { ...POST, headers: { 'content-type': 'text/plain' }, body: 'not base64!' },
      'InvalidBase64',
      'requests[1].body',
    ],
    [
      'with dependencies that are no array',
      { ...GET, dependsOn: 'good' },
      'PropertyTypeMismatch',
      'requests[1].dependsOn',
    ],
    [
      'with a dependency that is no string',
      { ...GET, dependsOn: [1] },
      'PropertyTypeMismatch',
      'requests[1].dependsOn',
    ],
    [
      'with a dependency that nobody is',
      { ...GET, dependsOn: ['x'] },
      'UnknownDependency',
      'requests[1].dependsOn',
    ],
    ['that depends on itself', { ...GET, dependsOn: ['1'] }, 'CircularDependency', 'requests[1].dependsOn'],
  ])(
    'is broken by a request %s, and nothing is done [batchNotValid]',
    async (_what, request, code, target) => {
      const body = validConnection();
      const answer = await batch(server, [creating('good', body), request]);
      assertGraphError(answer, {
        status: 400,
        code: 'BadRequest',
        message: 'Invalid batch payload format.',
        inner: { code },
      });
      expect(answer.body.error.innerError.message).toContain(target.replace('.headers.Content-Type', ''));
      expect((await read(server, String(body.id))).status).toBe(404);
    },
  );

  it.each([
    ['of two', [dependent('a', 'b'), dependent('b', 'A')]],
    [
      'of three, and one behind it',
      [dependent('d', 'c'), dependent('a', 'b'), dependent('b', 'c'), dependent('c', 'a')],
    ],
  ])('is broken by a circle of dependencies %s', async (_what, requests) => {
    const answer = await batch(server, [GET, ...requests]);
    assertGraphError(answer, {
      status: 400,
      code: 'BadRequest',
      inner: { code: 'CircularDependency', message: expect.stringContaining("'a'") },
    });
    expect(answer.body.error.innerError.message).not.toContain("'1'");
  });

  it('is told whole: every fault with its place', async () => {
    const answer = await batch(server, [
      { id: '', method: 'X', url: '//x', headers: { a: 1 }, dependsOn: ['y'] },
      { id: 'b', method: 'POST', url: '/', body: {} },
    ]);
    expect(answer.body.error.details.map(({ code, target }: Json) => `${code} ${target}`)).toEqual([
      'RequiredPropertyMissing requests[0].id',
      'PropertyTypeMismatch requests[0].headers.a',
      'InvalidMethod requests[0].method',
      'InvalidUrl requests[0].url',
      'UnknownDependency requests[0].dependsOn',
      'ContentTypeMissing requests[1].headers.Content-Type',
    ]);
  });

  it.each([
    ['missing', {}, 'RequiredPropertyMissing'],
    ['empty', { requests: [] }, 'PropertyTypeMismatch'],
    ['null', { requests: null }, 'PropertyTypeMismatch'],
    ['an object', { requests: { 0: GET } }, 'PropertyTypeMismatch'],
  ])('needs requests, not %s', async (_what, body, code) => {
    const answer = await send(server, 'POST', '/v1.0/$batch', { body });
    assertGraphError(answer, { status: 400, code: 'BadRequest', inner: { code } });
  });

  it('has no more than 20 requests [batchTooLong]', async () => {
    const body = validConnection();
    const requests = [
      creating('x', body),
      ...Array.from({ length: 20 }, (_, index) => ({ ...GET, id: String(index) })),
    ];
    assertGraphError(await batch(server, requests), {
      status: 400,
      code: 'BadRequest',
      message: 'Number of batch request steps exceeds the maximum value of 20.',
      inner: null,
    });
    expect((await read(server, String(body.id))).status).toBe(404);
    expect(statuses(await batch(server, requests.slice(1)))).toHaveLength(20);
  });

  it('lets what is null be absent, and knows every method in any case', async () => {
    const answer = await batch(
      server,
      ['get', 'Post', 'pUT', 'patch', 'dELETE'].map((method, index) => ({
        id: ` ${index}`,
        method,
        url: 'external/connections',
        headers: null,
        body: null,
        dependsOn: null,
        unknown: true,
      })),
    );
    expect(statuses(answer)).toEqual([200, 400, 405, 405, 405]);
  });

  it('may have ids of any text, which come back as they were', async () => {
    const texts = ['1', 'é', ' ', '"\\', '__proto__', 'constructor', '😀', 'x'.repeat(1000)];
    const answer = await batch(
      server,
      texts.map((id) => ({ ...GET, id, dependsOn: id === '1' ? ['__PROTO__', 'Constructor'] : [] })),
    );
    expect(answer.body.responses.map(({ id }: Json) => id)).toEqual(texts);
  });

  it.each([
    ['no JSON', 'x', {}],
    ['an array', '[]', {}],
    ['JSON under another name', '{"requests":[]}', { 'content-type': 'text/plain' }],
    ['nothing', '', {}],
  ])('is a JSON object, not %s', async (_what, body, headers) => {
    assertGraphError(await send(server, 'POST', '/beta/$batch', { body, headers }), {
      status: 400,
      code: 'BadRequest',
      inner: { code: 'UnreadablePayload' },
    });
  });

  it('has 4,000,000 bytes at most', async () => {
    const filler = 'x'.repeat(2_000_000);
    const requests = [1, 2].map((id) => creating(String(id), validConnection({ configuration: { filler } })));
    assertGraphError(await batch(server, requests), { status: 413, code: 'RequestEntityTooLarge' });
    expect(statuses(await batch(server, requests.slice(1)))).toEqual([201]);
  });

  it.each(['GET', 'PUT', 'DELETE'])('does not come by %s', async (method) => {
    assertGraphError(await send(server, method, '/beta/$batch'), { status: 405, code: 'BadRequest' });
  });

  it('is refused before its body is read when nobody sends it', async () => {
    assertGraphError(await send(server, 'POST', '/beta/$batch', { as: null, body: 'x' }), {
      status: 401,
      code: 'InvalidAuthenticationToken',
    });
    expect((await create(server)).status).toBe(201);
  });
});
