import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { NOT_BUILT } from '../../../src/graph/http/route-table.js';
import { newTenant, tokenOf } from '../../support/callers.js';
import { create, read, validConnection } from '../../support/connections.js';
import { assertGraphError, type ExpectedError } from '../../support/errors.js';
import { useServer } from '../../support/server.js';
import { batch, creating, entry, inner, type Json, JSON_BODY, reading, statuses } from './batches.js';

type Case = [request: Json, expected: ExpectedError];

describe('a request of a batch that fails', () => {
  const server = useServer();

  it('leaves the others alone: 20 that fail, each differently, and the batch is 200', async () => {
    const as = { tenantId: newTenant() };
    const taken = validConnection();
    await create(server, taken, { as });
    const bearer = async (permissions: 'none' | 'expired') => ({
      authorization: `Bearer ${await tokenOf(server, permissions === 'none' ? { permissions: [] } : { at: new Date(0) })}`,
    });
    const [missing] = NOT_BUILT;
    const get = (url: string, more: Json = {}): Json => ({ method: 'GET', url, ...more });
    const post = (body: unknown, headers: Json = JSON_BODY): Json => ({
      method: 'POST',
      url: '/external/connections',
      headers,
      body,
    });
    const BAD = { status: 400, code: 'BadRequest' };
    const UNAUTHENTICATED = { status: 401, code: 'InvalidAuthenticationToken' };
    const UNREADABLE = { ...BAD, inner: { code: 'UnreadablePayload' } };
    const cases: Case[] = [
      [
        get('/external/connections', { headers: { authorization: 'Bearer x' } }),
        { ...UNAUTHENTICATED, message: expect.stringMatching(/^IDX14100/) },
      ],
      [
        get('/external/connections', { headers: await bearer('expired') }),
        { ...UNAUTHENTICATED, message: 'Lifetime validation failed, the token is expired.' },
      ],
      [
        get('/external/connections', { headers: await bearer('none') }),
        { status: 403, code: 'AccessDenied', inner: { code: 'InsufficientPermissions' } },
      ],
      [get('/external/connections/nosuchconnection'), { status: 404, code: 'ItemNotFound' }],
      [post(taken), { status: 409, code: 'NameAlreadyExists' }],
      [get('/external/nothing'), { ...BAD, message: "Resource not found for the segment 'nothing'." }],
      [
        { method: 'PUT', url: '/external/connections', headers: JSON_BODY, body: {} },
        { status: 405, code: 'BadRequest' },
      ],
      [
        post('AAAA', { 'Content-Type': 'application/x-zstd', 'Content-Encoding': 'zstd' }),
        { status: 415, code: 'UnsupportedMediaType' },
      ],
      [
        post(gzipSync(' '.repeat(4_000_001)).toString('base64'), {
          'Content-Type': 'application/gzip',
          'Content-Encoding': 'gzip',
        }),
        { status: 413, code: 'RequestEntityTooLarge' },
      ],
      [
        { method: missing!.methods[0], url: missing!.path.replaceAll('{id}', 'x') },
        { status: 501, code: 'NotImplementedByGraphConnections' },
      ],
      [
        post({ ...validConnection(), name: undefined }),
        { status: 400, code: 'InvalidRequest', inner: { code: 'RequiredPropertyMissing' } },
      ],
      [
        post(validConnection({ id: 'no' })),
        { status: 400, code: 'InvalidRequest', message: 'The request is malformed or incorrect.' },
      ],
      [post(validConnection({ color: 'red' })), { ...BAD, inner: { code: 'PropertyNotFound' } }],
      [post(validConnection({ name: 5 })), { ...BAD, inner: { code: 'PropertyTypeMismatch' } }],
      [post(validConnection({ contentCategory: 'x' })), { status: 400, code: 'InvalidRequest' }],
      [post('text'), UNREADABLE],
      [post(['an array']), UNREADABLE],
      [get('/external/connections/%zz'), { ...BAD, message: 'The request URI is not valid.' }],
      [
        { method: 'POST', url: '/$batch', headers: JSON_BODY, body: { requests: [get('/')] } },
        { ...BAD, message: 'A batch request cannot be part of a batch request.' },
      ],
      [get('/external/connections', { dependsOn: ['3'] }), { status: 424, code: 'FailedDependency' }],
    ];
    expect(cases).toHaveLength(20);
    const answer = await batch(
      server,
      cases.map(([request], index) => ({ id: String(index), ...request })),
      { as },
    );
    expect(answer.status, answer.text).toBe(200);
    for (const [index, [, expected]] of cases.entries()) {
      const found = inner(answer, String(index));
      assertGraphError(found, { ...expected, message: undefined });
      if (expected.message !== undefined) expect(found.body.error.message).toEqual(expected.message);
    }
    expect(entry(answer, '0').headers['WWW-Authenticate']).toMatch(/^Bearer /);
    expect(entry(answer, '6').headers.Allow).toContain('POST');
  });

  it('keeps those from being made that depend on it, and those that depend on them [dependencyFailed]', async () => {
    const as = { tenantId: newTenant() };
    const [one, two, three] = [validConnection(), validConnection(), validConnection()];
    const answer = await batch(
      server,
      [
        creating('last', two, { dependsOn: ['middle'] }),
        creating('middle', one, { dependsOn: ['good', 'First'] }),
        reading('first', 'nosuchconnection'),
        creating('good', three),
      ],
      { as },
    );
    expect(statuses(answer)).toEqual([424, 424, 404, 201]);
    for (const [id, failed] of [
      ['middle', 'first'],
      ['last', 'middle'],
    ] as const) {
      assertGraphError(inner(answer, id), {
        status: 424,
        code: 'FailedDependency',
        message: 'The request was not made because a request that it depends on failed.',
        inner: null,
      });
      expect(entry(answer, id).headers['Content-Type']).toBe('application/json');
      expect(entry(answer, id).body.error.details).toEqual([
        { code: 'FailedDependency', message: `Request '${failed}' failed.`, target: 'dependsOn' },
      ]);
    }
    for (const { id } of [one, two]) expect((await read(server, String(id), { as })).status).toBe(404);
  });

  it.each(['/$batch', '$BATCH', '/$batch/', '/$batch?x'])(
    'is a batch in it, under %s, and does nothing [batchWithinBatch]',
    async (url) => {
      const body = validConnection();
      const nested = { requests: [creating('1', body)] };
      const answer = await batch(server, [
        { id: 'nested', method: 'POST', url, headers: JSON_BODY, body: nested },
        { id: 'list', method: 'GET', url: '/external/connections' },
      ]);
      expect(statuses(answer)).toEqual([400, 200]);
      assertGraphError(inner(answer, 'nested'), {
        status: 400,
        code: 'BadRequest',
        message: 'A batch request cannot be part of a batch request.',
        inner: null,
      });
      expect((await read(server, String(body.id))).status).toBe(404);
    },
  );

  it('of the known issue says when to come again, among its headers', async () => {
    const layout = { type: 'AdaptiveCard', version: '1.3', body: [{ type: 'Paragraph' }] };
    const searchSettings = { searchResultTemplates: [{ id: 'card', priority: 1, layout }] };
    const answer = await batch(server, [creating('1', validConnection({ searchSettings }))]);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('retry-after')).toBeNull();
    expect(entry(answer, '1')).toMatchObject({ status: 503, headers: { 'Retry-After': '1' } });
  });
});
