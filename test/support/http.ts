import type { CallerOptions } from './callers.js';
import { tokenOf } from './callers.js';
import type { TestServer } from './server.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as JSON, or undefined where there is none. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
  readonly text: string;
}

export interface Call {
  /** A token as it is sent, or what it is to say; `null` sends none. */
  readonly as?: string | CallerOptions | null;
  /** Sent as JSON, or as it is when it is text or bytes. */
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

/** A call of the API by the functions of this folder. */
export interface ApiCall extends Call {
  /** Without it, `beta`. */
  readonly version?: string;
}

/** A call of a list; the query begins with its question mark. */
export interface ListCall extends ApiCall {
  readonly query?: string;
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** One request over a real connection. */
export async function send(
  server: TestServer,
  method: string,
  path: string,
  call: Call = {},
): Promise<Answer> {
  const token = typeof call.as === 'string' || call.as === null ? call.as : await tokenOf(server, call.as);
  const raw = typeof call.body === 'string' || call.body instanceof Uint8Array;
  const response = await fetch(server.url + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...call.headers,
    },
    body: call.body === undefined ? undefined : raw ? (call.body as string) : JSON.stringify(call.body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: asJson(text), text };
}
