import { createHook } from 'node:async_hooks';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readBody } from '../../../src/graph/http/read-body.js';
import { newTenant, tokenOf } from '../../support/callers.js';
import { create, ids, validConnection } from '../../support/connections.js';
import { assertGraphError } from '../../support/errors.js';
import { send } from '../../support/http.js';
import { sendBytes, sendHalf } from '../../support/raw-http.js';
import { useServer } from '../../support/server.js';
import { batch, inner } from '../batch/batches.js';

const UNREADABLE = {
  status: 400,
  code: 'BadRequest',
  message:
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
};
const PATH = '/beta/external/connections';
/** Every kind of route with a body. */
const WRITES = [
  ['POST', PATH],
  ['POST', '/v1.0/external/connections'],
  ['PATCH', `${PATH}/x`],
  ['PATCH', `${PATH}/x/schema`],
  ['POST', `${PATH}/x/schema`],
  ['PUT', `${PATH}/x/items/y`],
  ['PATCH', `${PATH}/x/items/y`],
  ['POST', `${PATH}/x/items/y/addActivities`],
  ['POST', `${PATH}/x/groups`],
  ['PATCH', `${PATH}/x/groups/y`],
  ['POST', `${PATH}/x/groups/y/members`],
  ['POST', '/v1.0/$batch'],
] as const;

describe('the bytes of a body', () => {
  const server = useServer();
  const as = { tenantId: newTenant() };

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

  it.each(['gzip', 'x-gzip', 'GZIP', 'deflate', 'br', 'identity, gzip'])(
    'field 5.11: is refused when it is not what its encoding %s says, and the answer says so',
    async (encoding) => {
      for (const [method, path] of WRITES) {
        const answer = await send(server, method, path, {
          as,
          body: JSON.stringify(validConnection()),
          headers: { 'content-encoding': encoding },
        });
        assertGraphError(answer, { ...UNREADABLE, inner: { code: 'UnreadablePayload' } });
        const { message } = answer.body.error.innerError;
        expect(message).toContain('The header Content-Encoding says ');
        expect(message).toContain('Pack the body, or omit the header.');
      }
    },
  );

  it('field 5.11: is refused when its packed data ends too early', async () => {
    const whole = gzipSync(JSON.stringify(validConnection()));
    for (const length of [1, 5, 20, whole.length - 1]) {
      const answer = await post(whole.subarray(0, length), { 'content-encoding': 'gzip' });
      assertGraphError(answer, {
        ...UNREADABLE,
        inner: { code: 'UnreadablePayload', message: 'The body ended before its gzip data was whole.' },
      });
    }
  });

  it('field 5.11: may be packed in several members, in several encodings, or not at all', async () => {
    const text = JSON.stringify(validConnection());
    const members = Buffer.concat([gzipSync(text.slice(0, 20)), gzipSync(text.slice(20))]);
    expect((await post(members, { 'content-encoding': 'gzip' })).status).toBe(201);
    const twice = brotliCompressSync(gzipSync(JSON.stringify(validConnection())));
    expect((await post(twice, { 'content-encoding': 'gzip, br' })).status).toBe(201);
    for (const encoding of ['identity', 'Identity', ''])
      expect((await post(JSON.stringify(validConnection()), { 'content-encoding': encoding })).status).toBe(
        201,
      );
    for (const encoding of ['gzip, zstd', 'gzip,gzip,gzip,gzip,gzip'])
      assertGraphError(await post('x', { 'content-encoding': encoding }), {
        status: 415,
        code: 'UnsupportedMediaType',
      });
  });

  it('is unpacked no further than it may be, in few turns of the event loop', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const request = Object.assign(Readable.from([bomb]), { headers: { 'content-encoding': 'gzip' } });
    let steps = 0;
    // A step of unpacking is a piece of work of the thread pool, whose end is a turn of the loop.
    const unpacking = new Set<number>();
    const hook = createHook({
      init: (id, type) => {
        if (type === 'ZLIB') unpacking.add(id);
      },
      before: (id) => {
        if (unpacking.has(id)) steps++;
      },
    });
    hook.enable();
    const refused: unknown = await readBody(request as unknown as IncomingMessage).catch(
      (error: unknown) => error,
    );
    hook.disable();
    expect(refused).toMatchObject({ status: 413 });
    expect(steps).toBeGreaterThan(1);
    expect(steps).toBeLessThan(20);
  });

  it.each(['nosuch', '"nosuch"', 'utf-9', 'utf-7', 'x'.repeat(500), 'constructor'])(
    'field 6: is refused with the charset %s, which nobody knows, by 415 [charsetNotSupported]',
    async (charset) => {
      for (const [method, path] of WRITES) {
        const answer = await send(server, method, path, {
          as,
          body: JSON.stringify(validConnection()),
          headers: { 'content-type': `application/json; charset=${charset}` },
        });
        assertGraphError(answer, { status: 415, code: 'UnsupportedMediaType', inner: null });
        expect(answer.body.error.message).toMatch(
          /^The charset '.{1,101}' of the Content-Type is not supported\.$/,
        );
      }
    },
  );

  it.each(['utf-8', 'UTF8', '"utf-8"', 'us-ascii', 'ascii', '', 'utf-8; odata.metadata=minimal'])(
    'field 6: is UTF-8 with the charset %s',
    async (charset) => {
      const body = validConnection({ name: 'Größe 😀' });
      const answer = await post(JSON.stringify(body), {
        'content-type': `application/json; charset=${charset}`,
      });
      expect(answer.status, answer.text).toBe(201);
      expect(answer.body.name).toBe(body.name);
    },
  );

  it.each<[charset: string, bytes: (text: string) => Buffer]>([
    ['utf-16', (text) => Buffer.from(text, 'utf16le')],
    ['utf-16le', (text) => Buffer.from(text, 'utf16le')],
    ['utf-16be', (text) => Buffer.from(text, 'utf16le').swap16()],
    ['iso-8859-1', (text) => Buffer.from(text, 'latin1')],
    ['windows-1252', (text) => Buffer.from(text, 'latin1')],
  ])('field 6: is read in the charset %s that it says', async (charset, bytes) => {
    const body = validConnection({ name: 'Größe' });
    const headers = { 'content-type': `application/json; charset=${charset}` };
    const answer = await post(bytes(JSON.stringify(body)), headers);
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body.name).toBe('Größe');
    const broken = await post(Buffer.concat([bytes('{"id":'), Buffer.from([0xd8])]), headers);
    assertGraphError(broken, UNREADABLE);
    const deep = await post(bytes('['.repeat(1000)), headers);
    assertGraphError(deep, { ...UNREADABLE, inner: { code: 'UnreadablePayload' } });
  });

  it('field 6: is refused inside of a batch as outside', async () => {
    const answer = await batch(
      server,
      [
        {
          id: '1',
          method: 'POST',
          url: '/external/connections',
          headers: { 'Content-Type': 'application/json; charset=nosuch' },
          body: validConnection(),
        },
      ],
      { as },
    );
    assertGraphError(inner(answer, '1'), { status: 415, code: 'UnsupportedMediaType' });
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
