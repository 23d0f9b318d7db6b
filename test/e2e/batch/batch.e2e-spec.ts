import { describe, expect, it } from 'vitest';
import { newTenant, tokenOf } from '../../support/callers.js';
import { create, ids, newId, read, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { startServer, useServer } from '../../support/server.js';
import { batch, creating, entry, inner, type Json, JSON_BODY, reading, statuses } from './batches.js';

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const LIST = { method: 'GET', url: '/external/connections' };

describe('a batch', () => {
  const server = useServer();

  describe.each(['beta', 'v1.0'])('of %s', (version) => {
    it('answers each request as if it had come by itself', async () => {
      const as = { tenantId: newTenant() };
      const body = validConnection();
      const answer = await batch(server, [creating('a', body)], { as, version });
      expect(answer.status, answer.text).toBe(200);
      expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
      const created = entry(answer, 'a');
      expect(created.status).toBe(201);
      expect(created.headers).toMatchObject({
        'Content-Type':
          'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
        'OData-Version': '4.0',
        'Cache-Control': 'no-cache',
        Location: `${server.url}/${version}/external/connections/${String(body.id)}`,
      });
      const alone = await read(server, String(body.id), { as, version });
      expect(created.body).toEqual(alone.body);
      const again = await batch(server, [reading('b', body.id)], { as, version });
      expect(entry(again, 'b').body).toEqual(alone.body);
      expect(entry(again, 'b').headers).not.toHaveProperty('Location');
    });

    it('is the version of its requests, and their url does not name another', async () => {
      const answer = await batch(
        server,
        [
          { id: 'list', ...LIST },
          { id: 'versioned', method: 'GET', url: '/v1.0/external/connections' },
        ],
        { as: { tenantId: newTenant() }, version },
      );
      expect(entry(answer, 'list').body).toEqual({
        '@odata.context': `${server.url}/${version}/$metadata#external/connections`,
        value: [],
      });
      assertGraphError(inner(answer, 'versioned'), {
        status: 400,
        code: 'BadRequest',
        message: "Resource not found for the segment 'v1.0'.",
      });
    });
  });

  it.each(['/BETA/$BATCH', '/V1.0/$batch/', '/beta/$batch?x=1'])('is found under %s', async (path) => {
    const answer = await send(server, 'POST', path, { body: { requests: [{ id: '1', ...LIST }] } });
    expect(answer.status, answer.text).toBe(200);
    expect(statuses(answer)).toEqual([200]);
  });

  // Needs the router to decode the dollar sign: `rewriteUrl` in src/app.ts.
  it.each(['/beta/%24batch', '/v1.0/%24BATCH'])('is found under %s', async (path) => {
    const answer = await send(server, 'POST', path, { body: { requests: [{ id: '1', ...LIST }] } });
    expect(answer.status, answer.text).toBe(200);
    expect(statuses(answer)).toEqual([200]);
  });

  it('may have 20 requests, in any order, with the dependencies first done', async () => {
    const as = { tenantId: newTenant() };
    const bodies = Array.from({ length: 9 }, () => validConnection());
    const requests = [
      { id: 'all', ...LIST, dependsOn: bodies.map((_, index) => `read ${index}`) },
      ...bodies.map(({ id }, index) => reading(`read ${index}`, id, { dependsOn: [`create ${index}`] })),
      ...bodies.map((body, index) =>
        creating(`create ${index}`, body, index === 0 ? {} : { dependsOn: [`CREATE ${index - 1}`] }),
      ),
      { id: 'none', method: 'get', url: 'external/connections/nosuchconnection?$select=id' },
    ];
    expect(requests).toHaveLength(20);
    const answer = await batch(server, requests, { as });
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body.responses.map(({ id }: Json) => id)).toEqual(requests.map(({ id }) => id));
    expect(statuses(answer)).toEqual([
      ...Array.from({ length: 10 }, () => 200),
      ...Array.from({ length: 9 }, () => 201),
      404,
    ]);
    expect(ids(inner(answer, 'all')).toSorted()).toEqual(bodies.map(({ id }) => id as string).toSorted());
  });

  it('does what hangs on one another strictly in that order', async () => {
    const as = { tenantId: newTenant() };
    const body = validConnection();
    const answer = await batch(
      server,
      [
        reading('4', body.id, { dependsOn: ['3'] }),
        {
          id: '3',
          method: 'PATCH',
          url: `/external/connections/${String(body.id)}`,
          headers: JSON_BODY,
          body: { name: 'Renamed' },
          dependsOn: ['2'],
        },
        reading('2', body.id, { dependsOn: ['1'] }),
        creating('1', body),
      ],
      { as },
    );
    expect(statuses(answer), answer.text).toEqual([200, 204, 200, 201]);
    expect(entry(answer, '2').body.name).toBe(body.name);
    expect(entry(answer, '4').body.name).toBe('Renamed');
  });

  it('has no body and no content type where an answer has no body', async () => {
    const body = validConnection();
    const url = `/external/connections/${String(body.id)}`;
    const answer = await batch(server, [
      creating('create', body),
      {
        id: 'patch',
        method: 'PATCH',
        url,
        headers: JSON_BODY,
        body: { name: 'x' },
        dependsOn: ['create'],
      },
      { id: 'delete', method: 'DELETE', url, dependsOn: ['patch'] },
    ]);
    for (const [id, status] of [
      ['patch', 204],
      ['delete', 202],
    ] as const) {
      const answered = entry(answer, id);
      expect(Object.keys(answered)).toEqual(['id', 'status', 'headers']);
      expect(answered.status).toBe(status);
      expect(Object.keys(answered.headers).map((name) => name.toLowerCase())).not.toContain('content-type');
    }
  });

  it('gives back what is no JSON as base64', async () => {
    const answer = await batch(server, [{ id: '1', method: 'GET', url: '/$metadata' }]);
    const { body, headers } = entry(answer, '1');
    expect(headers['Content-Type']).toBe('application/xml');
    expect(Buffer.from(body as string, 'base64').toString()).toBe(
      (await send(server, 'GET', '/beta/$metadata')).text,
    );
  });

  it('gives each request a request-id of its own, and all of them the client-request-id of the batch', async () => {
    const answer = await batch(
      server,
      [
        { id: '1', ...LIST },
        reading('2', 'nosuchconnection'),
        reading('3', 'nosuchconnection', { dependsOn: ['2'] }),
        { id: '4', ...LIST, headers: { 'Client-Request-Id': 'mine' } },
      ],
      { headers: { 'client-request-id': 'ours' } },
    );
    const headers = ['1', '2', '3', '4'].map((id) => entry(answer, id).headers as Record<string, string>);
    const requestIds = [answer.headers.get('request-id'), ...headers.map((each) => each['request-id'])];
    for (const id of requestIds) expect(id).toMatch(GUID);
    expect(new Set(requestIds).size).toBe(5);
    expect(headers.map((each) => each['client-request-id'])).toEqual(['ours', 'ours', 'ours', 'mine']);
    expect(entry(answer, '2').body.error.innerError).toMatchObject({
      'request-id': headers[1]!['request-id'],
      'client-request-id': 'ours',
    });
  });

  it('lends its token to the requests that have none of their own', async () => {
    const [mine, other] = [newTenant(), newTenant()];
    const token = await tokenOf(server, { tenantId: other });
    const body = validConnection();
    const answer = await batch(
      server,
      [
        creating('mine', body),
        creating('other', body, { headers: { ...JSON_BODY, authorization: `Bearer ${token}` } }),
        { id: 'none', ...LIST, headers: { Authorization: '' } },
      ],
      { as: { tenantId: mine } },
    );
    expect(statuses(answer)).toEqual([201, 201, 401]);
    for (const tenantId of [mine, other]) {
      expect((await read(server, String(body.id), { as: { tenantId } })).status).toBe(200);
    }
  });

  it('needs a token and no permission; its requests need theirs', async () => {
    for (const delegated of [true, false]) {
      const answer = await batch(
        server,
        [
          { id: '1', ...LIST },
          { id: '2', method: 'GET', url: '/' },
        ],
        {
          as: { delegated, permissions: [] },
        },
      );
      expect(answer.status).toBe(200);
      expect(statuses(answer)).toEqual([403, 200]);
      assertGraphError(inner(answer, '1'), {
        status: 403,
        code: 'AccessDenied',
        inner: { code: 'InsufficientPermissions' },
      });
    }
  });

  it('answers an invalid token by one 401, and does nothing', async () => {
    const body = validConnection();
    for (const as of [null, 'no.valid.token']) {
      const answer = await batch(server, [creating('1', body)], { as });
      assertGraphError(answer, { status: 401, code: 'InvalidAuthenticationToken' });
    }
    expect((await read(server, String(body.id))).status).toBe(404);
  });

  it('takes raw spaces, quotes and letters of any alphabet in a url', async () => {
    const answer = await batch(server, [
      { id: '1', method: 'GET', url: "/external/connections?x=name eq 'Größe'" },
      { id: '2', method: 'GET', url: '/external/connections/größe' },
    ]);
    expect(statuses(answer)).toEqual([200, 404]);
  });

  it('takes a body in base64 where the content type is not JSON, byte for byte', async () => {
    const answer = await batch(server, [
      creating(
        '1',
        {},
        { headers: { 'content-type': 'text/plain' }, body: Buffer.from('{}').toString('base64') },
      ),
      creating('2', validConnection(), { headers: { 'content-TYPE': 'application/json; charset=utf-8' } }),
    ]);
    assertGraphError(inner(answer, '1'), {
      status: 400,
      code: 'BadRequest',
      inner: { code: 'UnreadablePayload', message: expect.stringContaining("'text/plain'") },
    });
    expect(entry(answer, '2').status).toBe(201);
  });

  it('begins links with the origin of the batch; its requests cannot say another', async () => {
    const proxied = await startServer({ TRUST_PROXY: 'true' });
    try {
      const body = validConnection();
      const answer = await batch(
        proxied,
        [
          creating('1', body, {
            headers: {
              ...JSON_BODY,
              Host: 'evil.example',
              'X-Forwarded-Host': 'evil.example',
              'X-Forwarded-Proto': 'http',
              'Content-Length': '3',
              'Transfer-Encoding': 'chunked',
            },
          }),
        ],
        { headers: { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'graph.contoso.com' } },
      );
      expect(entry(answer, '1').headers.Location).toBe(
        `https://graph.contoso.com/beta/external/connections/${String(body.id)}`,
      );
      expect(entry(answer, '1').body['@odata.context']).toContain(
        'https://graph.contoso.com/beta/$metadata#',
      );
    } finally {
      await proxied.close();
    }
    const direct = await batch(server, [{ id: '1', ...LIST, headers: { host: 'evil.example' } }], {
      headers: { 'x-forwarded-host': 'evil.example' },
    });
    expect(entry(direct, '1').body['@odata.context']).toBe(
      `${server.url}/beta/$metadata#external/connections`,
    );
  });

  it('lets requests that meet each other decide among themselves', async () => {
    const as = { tenantId: newTenant() };
    const id = newId();
    const answer = await batch(
      server,
      Array.from({ length: 20 }, (_, index) => creating(String(index), validConnection({ id }))),
      { as },
    );
    expect(statuses(answer).toSorted((a, b) => a - b)).toEqual([
      201,
      ...Array.from({ length: 19 }, () => 409),
    ]);
    expect((await create(server, validConnection({ id }), { as })).status).toBe(409);
  });
});
