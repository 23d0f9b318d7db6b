import type { Server } from 'node:http';
import { describe, expect, it } from 'vitest';
import { assertGraphError } from '../../support/errors.js';
import type { Answer } from '../../support/http.js';
import { sendBytes } from '../../support/raw-http.js';
import { useServer } from '../../support/server.js';

function parsed(message: string): Answer {
  const [head = '', text = ''] = message.split('\r\n\r\n');
  const [line = '', ...fields] = head.split('\r\n');
  const headers = new Headers(
    fields.map((field): [string, string] => field.split(/: (.*)/s).slice(0, 2) as [string, string]),
  );
  return { status: Number(line.split(' ')[1]), headers, text, body: JSON.parse(text) };
}

describe('bytes that are no HTTP request', () => {
  const server = useServer();

  it.each([
    ['garbage', 'GARBAGE\r\n\r\n'],
    ['a header without a colon', 'GET /beta HTTP/1.1\r\nHost x\r\n\r\n'],
    ['two lengths', 'POST /beta HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
    ['a method of its own', 'FROBNICATE /beta HTTP/1.1\r\nHost: x\r\n\r\n'],
  ])('answers %s by the body of every other failure [httpMessageNotValid]', async (_what, bytes) => {
    assertGraphError(parsed(await sendBytes(server, bytes)), {
      status: 400,
      code: 'BadRequest',
      message: 'The HTTP request is malformed.',
      inner: null,
    });
  });

  it('refuses a header block without end [headersTooLarge]', async () => {
    const answer = await sendBytes(
      server,
      `GET /beta HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(300_000)}\r\n\r\n`,
    );
    assertGraphError(parsed(answer), { status: 431, code: 'BadRequest', inner: null });
  });

  it('refuses a request that is not completed in time [requestTimedOut]', async () => {
    const http: Server = server.app.getHttpServer();
    expect(http.requestTimeout).toBe(120_000);
    http.once('connection', (socket) => {
      const late = Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
      socket.once('data', () => setImmediate(() => http.emit('clientError', late, socket)));
    });
    const answer = await sendBytes(server, 'POST /beta HTTP/1.1\r\nHost: x\r\nContent-Le');
    assertGraphError(parsed(answer), { status: 408, code: 'BadRequest', inner: null });
  });

  it('leave the server standing', async () => {
    const answer = await sendBytes(
      server,
      'GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
  });
});
