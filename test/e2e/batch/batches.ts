import { type Answer, type ApiCall, send } from '../../support/http.js';
import type { TestServer } from '../../support/server.js';

export type Json = Record<string, any>;

export const JSON_BODY = { 'Content-Type': 'application/json' };

/** Sends requests in one batch. */
export const batch = (
  server: TestServer,
  requests: unknown,
  { version = 'beta', ...call }: ApiCall = {},
): Promise<Answer> => send(server, 'POST', `/${version}/$batch`, { ...call, body: { requests } });

/** A request that creates a connection. */
export const creating = (id: string, body: Json, more: Json = {}): Json => ({
  id,
  method: 'POST',
  url: '/external/connections',
  headers: JSON_BODY,
  body,
  ...more,
});

/** A request that reads a connection. */
export const reading = (id: string, connection: unknown, more: Json = {}): Json => ({
  id,
  method: 'GET',
  url: `/external/connections/${String(connection)}`,
  ...more,
});

/** The entry of one request. */
export function entry(answer: Answer, id: string): Json {
  const found = (answer.body?.responses as Json[] | undefined)?.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`No answer to '${id}' in ${answer.text}`);
  return found;
}

/** An entry as if it had come by itself. */
export function inner(answer: Answer, id: string): Answer {
  const { status, headers, body } = entry(answer, id);
  return {
    status,
    headers: new Headers(headers as Record<string, string>),
    body,
    text: JSON.stringify(body),
  };
}

export const statuses = (answer: Answer): number[] =>
  (answer.body.responses as Json[]).map(({ status }) => status as number);
