import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { newTenant, tokenOf } from '../../support/callers.js';
import { newId, validConnection } from '../../support/connections.js';
import { send } from '../../support/http.js';
import { startServer, type TestServer } from '../../support/server.js';
import { until } from '../../support/until.js';

const MOST_WAITING = 1_000;
const HEAD = 'GET /beta/external/connections HTTP/1.1\r\nHost: x\r\nX-Slow: ';

describe('connections on which no request is under way', () => {
  let server: TestServer;
  let sockets: Socket[] = [];
  beforeAll(async () => {
    server = await startServer();
  });
  afterEach(() => {
    for (const socket of sockets) socket.destroy();
    sockets = [];
  });
  afterAll(() => server.close());

  /** From one of the addresses of this machine, of which it has many. */
  async function open(localAddress: string, text: string): Promise<Socket> {
    const { port } = new URL(server.url);
    const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress });
    socket.on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(text);
    return socket;
  }

  async function openMany(count: number, localAddress: string): Promise<Socket[]> {
    const opened: Socket[] = [];
    for (let index = 0; index < count; index++) opened.push(await open(localAddress, HEAD));
    return opened;
  }

  const received = (socket: Socket): { text: string } => {
    const read = { text: '' };
    socket.setEncoding('utf8').on('data', (chunk: string) => (read.text += chunk));
    return read;
  };

  it('are a thousand at most, and the address with the most of them loses its oldest; what is under way goes on', async () => {
    const as = await tokenOf(server, { tenantId: newTenant() });
    const head = `Host: x\r\nAuthorization: Bearer ${as}\r\n`;
    const kept = await open('127.0.0.2', `GET /beta/external/connections HTTP/1.1\r\n${head}\r\n`);
    const answers = received(kept);
    await until(() => answers.text.includes('"value":[]'));
    const body = JSON.stringify(validConnection({ id: newId() }));
    const half = await open(
      '127.0.0.3',
      `POST /beta/external/connections HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n{`,
    );
    const created = received(half);

    const slow = await openMany(MOST_WAITING + 49, '127.0.0.3');
    await until(() => slow.filter(({ destroyed }) => destroyed).length >= 50);
    expect(slow.map(({ destroyed }) => destroyed)).toEqual([
      ...Array.from({ length: 50 }, () => true),
      ...Array.from({ length: MOST_WAITING - 1 }, () => false),
    ]);

    half.write(body.slice(1));
    await until(() => created.text.startsWith('HTTP/1.1 201'));
    answers.text = '';
    kept.write(`GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n`);
    await until(() => answers.text.startsWith('HTTP/1.1 200'));
    expect((await send(server, 'GET', '/beta/external/connections', { as })).body.value).toHaveLength(1);
  });
});
