import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newTenant, tokenOf } from '../../support/callers.js';
import { create, ids, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { sendBytes, sendHalf } from '../../support/raw-http.js';
import { startServer, type TestServer } from '../../support/server.js';

const UNREADABLE = {
  status: 400,
  code: 'BadRequest',
  message:
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
};
const PATH = '/beta/external/connections';

describe('the bytes of a body', () => {
  let server: TestServer;
  const as = { tenantId: newTenant() };
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  const post = (body: string | Uint8Array, headers: Record<string, string> = {}) =>
    send(server, 'POST', PATH, { as, body, headers });

  it.each([
    ['broken JSON', '{"id":'],
    ['no JSON', 'hello'],
    ['an empty body', ''],
    ['white space', '  '],
    ['an array', '[]'],
    ['a number', '5'],
    ['null', 'null'],
    ['text', '"x"'],
    ['a trailing comma', '{"id":"contosohr",}'],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])],
    ['100,000 levels of nesting', '['.repeat(100_000)],
    ['101 levels of nesting', `{"configuration":${'{"a":'.repeat(100)}1${'}'.repeat(100)}}`],
  ])('is refused as %s [bodyUnreadable]', async (_what, body) => {
    assertGraphError(await post(body), { ...UNREADABLE, inner: { code: 'UnreadablePayload' } });
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'application/jsonx',
    'multipart/form-data; boundary=x',
    '',
  ])('is refused with the content type %j', async (type) => {
    assertGraphError(await post(JSON.stringify(validConnection()), { 'content-type': type }), UNREADABLE);
  });

  it.each([
    'application/json; charset=utf-8',
    'APPLICATION/JSON',
    'application/json;odata.metadata=minimal;IEEE754Compatible=false',
    'application/vnd.contoso+json',
  ])('is taken with the content type %j', async (type) => {
    expect((await post(JSON.stringify(validConnection()), { 'content-type': type })).status).toBe(201);
  });

  it('is taken without a content length, and with a byte order mark', async () => {
    const token = await tokenOf(server, as);
    const body = JSON.stringify(validConnection());
    const answer = await sendBytes(
      server,
      `POST ${PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n` +
        `Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1.1 201 /);
    expect((await post(`\ufeff${JSON.stringify(validConnection())}`)).status).toBe(201);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('is unpacked from %s', async (encoding, pack) => {
    const body = validConnection();
    const answer = await post(pack(JSON.stringify(body)), { 'content-encoding': encoding });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body.name).toBe(body.name);
  });

  it('is refused when it is not what its encoding says', async () => {
    assertGraphError(await post('{"id":"contosohr"}', { 'content-encoding': 'gzip' }), UNREADABLE);
  });

  it('is refused in an encoding that nobody knows, by 415, so that SDKs send it plain [contentEncodingNotSupported]', async () => {
    assertGraphError(await post('x', { 'content-encoding': 'zstd' }), {
      status: 415,
      code: 'UnsupportedMediaType',
    });
    assertGraphError(await post('x', { 'content-encoding': 'constructor' }), {
      status: 415,
      code: 'UnsupportedMediaType',
    });
  });

  it.each([
    ['announced', {}],
    ['unpacked', { 'content-encoding': 'gzip' }],
  ])('may have 4,000,000 bytes, %s [bodyTooLarge]', async (_what, headers: Record<string, string>) => {
    const pack = (text: string): string | Buffer => ('content-encoding' in headers ? gzipSync(text) : text);
    const text = (size: number): string => {
      const body = JSON.stringify(validConnection({ configuration: { filler: '' } }));
      return body.replace('"filler":""', `"filler":"${'x'.repeat(size - body.length)}"`);
    };
    for (const size of [4_000_001, 5_000_000]) {
      assertGraphError(await post(pack(text(size)), headers), {
        status: 413,
        code: 'RequestEntityTooLarge',
        message: 'The request size exceeds the maximum limit.',
      });
    }
    expect((await post(pack(text(4_000_000)), headers)).status).toBe(201);
  });

  it('keeps the connection usable after a body that was too large', async () => {
    const token = await tokenOf(server, as);
    const head = `Host: x\r\nAuthorization: Bearer ${token}\r\n`;
    const answer = await sendBytes(
      server,
      `POST ${PATH} HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: 5000000\r\n\r\n${'x'.repeat(5_000_000)}` +
        `GET ${PATH}/missing HTTP/1.1\r\n${head}Connection: close\r\n\r\n`,
    );
    expect([...answer.matchAll(/HTTP\/1.1 (\d+)/g)].map(([, status]) => status)).toEqual(['413', '404']);
  });

  it('is not read when the caller may not send it', async () => {
    const huge = (token: string): string =>
      `POST ${PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: 3999999\r\n\r\n`;
    const noPermission = await tokenOf(server, { permissions: ['ExternalConnection.Read.All'] });
    expect(await sendBytes(server, huge(noPermission), /\r\n\r\n\{/)).toMatch(/^HTTP\/1.1 403 /);
    expect(await sendBytes(server, huge('nonsense'), /\r\n\r\n\{/)).toMatch(/^HTTP\/1.1 401 /);
  });

  it('leaves nothing behind when it is cut off', async () => {
    const tenant = { tenantId: newTenant() };
    const token = await tokenOf(server, tenant);
    const body = JSON.stringify(validConnection());
    await sendHalf(
      server,
      `POST ${PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\nContent-Length: ${body.length + 10}\r\n\r\n${body}`,
    );
    expect(ids(await send(server, 'GET', PATH, { as: tenant }))).toEqual([]);
    expect((await create(server, JSON.parse(body), { as: tenant })).status).toBe(201);
  });
});
