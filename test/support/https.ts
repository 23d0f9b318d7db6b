import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { type Agent, request } from 'node:https';
import { text } from 'node:stream/consumers';
import { authorityPath } from '../../src/tls/local-authority.js';
import type { TestServer } from './server.js';

export interface SecureAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** The address of a server over TLS. */
export const secureUrl = (server: TestServer): string => `https://localhost:${new URL(server.url).port}`;

/** The certificate of the server's local authority, in PEM. */
export const authorityOf = (server: TestServer): string =>
  readFileSync(authorityPath(server.dataDir), 'utf8');

/** Sends a request over TLS, trusting the local authority of the server only. */
export async function sendSecurely(
  server: TestServer,
  method: string,
  path: string,
  {
    headers = {},
    body,
    agent,
    host = 'localhost',
  }: { headers?: Record<string, string>; body?: string; agent?: Agent; host?: string } = {},
): Promise<SecureAnswer> {
  const url = secureUrl(server).replace('localhost', host) + path;
  const outgoing = request(url, { method, headers, ca: authorityOf(server), agent }).end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: answer.statusCode!, headers: answer.headers, text: await text(answer) };
}
