import { connect } from 'node:net';
import type { TestServer } from './server.js';

/** Sends bytes as they are and gives back all that comes until the other side closes, or `until` is found. */
export function sendBytes(server: TestServer, bytes: string | Buffer, until?: RegExp): Promise<string> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setEncoding('utf8');
    socket.setTimeout(60_000, () => socket.destroy(new Error(`Nothing came in time after: ${received}`)));
    socket.on('data', (chunk: string) => {
      received += chunk;
      if (until?.test(received)) socket.end();
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });
}

/** Sends bytes and hangs up, as a client does that dies in the middle of a request. */
export function sendHalf(server: TestServer, bytes: string): Promise<void> {
  const { hostname, port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.end(bytes));
    socket.on('error', reject);
    socket.on('data', () => undefined);
    socket.on('close', () => resolve());
  });
}
