import { Agent, request } from 'node:http';

/** What became of a request: its status, or 0 where the connection ended without an answer. */
export interface Outcome {
  readonly status: number;
  readonly text: string;
  readonly milliseconds: number;
}

/** Sends requests of one caller over connections that are kept. */
export class Client {
  private readonly agent: Agent;

  constructor(
    private readonly url: string,
    private readonly token: string | undefined,
    connections: number,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  send(
    method: string,
    path: string,
    body?: object | string | Buffer,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Outcome> {
    const start = performance.now();
    const sent =
      body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    return new Promise((resolve) => {
      const ended = (status: number, text: string): void =>
        resolve({ status, text, milliseconds: performance.now() - start });
      const outgoing = request(
        this.url + path,
        {
          method,
          agent: this.agent,
          headers: {
            ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
            ...(sent === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(sent)) }),
            ...headers,
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('end', () => ended(answer.statusCode ?? 0, Buffer.concat(chunks).toString('utf8')));
          answer.on('error', () => ended(0, ''));
        },
      );
      outgoing.on('error', (error) => ended(0, String(error)));
      // Of an answer that breaks off, nothing else is told.
      outgoing.on('close', () => ended(0, ''));
      outgoing.end(sent);
    });
  }

  close(): void {
    this.agent.destroy();
  }
}
