import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { until } from './until.js';

/** A TCP connection that says what a test tells it to, when it tells it to. */
export class RawConnection {
  private text = '';

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('utf8').on('data', (chunk: string) => (this.text += chunk));
    socket.on('error', () => undefined);
  }

  static async to(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  /** Sends the head of a request, and what is given of its body. */
  request(start: string, headers: Record<string, string>, body = ''): void {
    const lines = Object.entries({ Host: 'localhost', ...headers }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    this.write(`${start} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
  }

  write(text: string): void {
    this.socket.write(text);
  }

  /** All that was received, as soon as it matches. */
  async received(pattern: RegExp): Promise<string> {
    await until(() => pattern.test(this.text) || this.socket.closed);
    if (!pattern.test(this.text)) throw new Error(`No ${pattern} came until the end of: ${this.text}`);
    return this.text;
  }

  /** All that was received, when the other side has closed. */
  async closed(): Promise<string> {
    await until(() => this.socket.closed);
    return this.text;
  }

  close(): void {
    this.socket.destroy();
  }
}
