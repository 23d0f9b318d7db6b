import { Agent, request } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Answer, Call, History } from './history.js';

/** Against a hang alone: a machine may be busy. */
const TIMEOUT_MS = 120_000;
const PAUSE_AFTER_REFUSAL_MS = 150;

/** The addresses of the servers, and the way to them. */
export interface Target {
  readonly urls: readonly string[];
  readonly agent: Agent;
}

export const targetOf = (urls: readonly string[]): Target => ({
  urls,
  agent: new Agent({ keepAlive: true }),
});

/** A request, but for who sends it. */
export interface Request {
  readonly kind: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly expected: readonly number[];
}

export const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)]!;

export const chance = (probability: number): boolean => Math.random() < probability;

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One of those that use the servers at the same time; it waits for each answer, and notes each request in the history. */
export class Client {
  private authorization = '';
  /** When each connection was asked for. */
  private readonly opened = new WeakMap<Socket, number>();

  constructor(
    readonly name: string,
    private readonly target: Target,
    readonly history: History,
    private readonly secret: { readonly id: string; readonly secret: string; readonly tenant: string },
  ) {}

  get servers(): number {
    return this.target.urls.length;
  }

  anyServer(): number {
    return Math.floor(Math.random() * this.servers);
  }

  otherServer(than: number): number {
    return (than + 1 + Math.floor(Math.random() * (this.servers - 1))) % this.servers;
  }

  /** Takes a token from the issuer of one server, to show it to all of them. @returns whether it got one */
  async authenticate(server: number): Promise<boolean> {
    const { id, secret, tenant } = this.secret;
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: id,
      client_secret: secret,
      scope: 'https://graph.microsoft.com/.default',
    });
    const path = `/${tenant}/oauth2/v2.0/token`;
    const call = await this.send(server, {
      kind: 'POST token',
      method: 'POST',
      path,
      body: form,
      expected: [200],
    });
    if (call.answer?.status !== 200) return false;
    this.authorization = `Bearer ${call.answer.body.access_token}`;
    return true;
  }

  /** Sends a request to a server, never again, and waits a little where it was not served. */
  async send(server: number, wanted: Request): Promise<Call> {
    const { kind, method, path, body, expected } = wanted;
    const start = performance.now();
    let connected: number | undefined;
    const onSocket = (socket: Socket): void => {
      connected = this.opened.get(socket) ?? start;
      this.opened.set(socket, connected);
    };
    const came = await this.answer(server, method, path, body, onSocket).then(
      (answer) => ({ answer }),
      (error: Error & { code?: string }) => ({ failure: error.code ?? error.message }),
    );
    const end = performance.now();
    const sent = body instanceof URLSearchParams ? undefined : body;
    const call: Call = {
      client: this.name,
      server,
      kind,
      path,
      body: sent,
      connected: connected ?? start,
      start,
      end,
      expected,
      ...came,
    };
    this.history.calls.push(call);
    if (call.answer === undefined || call.answer.status === 503)
      await wait(PAUSE_AFTER_REFUSAL_MS * (0.5 + Math.random()));
    return call;
  }

  private answer(
    server: number,
    method: string,
    path: string,
    body: unknown,
    onSocket: (socket: Socket) => void,
  ): Promise<Answer> {
    const form = body instanceof URLSearchParams;
    const text = body === undefined ? undefined : form ? body.toString() : JSON.stringify(body);
    const headers = {
      ...(form ? {} : { authorization: this.authorization }),
      ...(text === undefined
        ? {}
        : {
            'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json',
            'content-length': Buffer.byteLength(text),
          }),
    };
    return new Promise((resolve, reject) => {
      const options = { method, headers, agent: this.target.agent, signal: AbortSignal.timeout(TIMEOUT_MS) };
      request(this.target.urls[server]! + path, options, (response) => {
        const chunks: Buffer[] = [];
        response
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('error', reject)
          .on('end', () =>
            resolve({
              status: response.statusCode!,
              retryAfter: response.headers['retry-after'],
              location: response.headers.location,
              body: asJson(Buffer.concat(chunks).toString()),
            }),
          );
      })
        .on('socket', onSocket)
        .on('error', reject)
        .end(text);
    });
  }
}
