import { FIRST_APP_ID } from '../../src/identity/local/local-apps.js';
import { DEFAULT_DOMAIN } from '../../src/identity/local/tenant.js';
import { GRAPH_AUDIENCES } from '../../src/config/configuration.js';
import { expect } from 'vitest';
import type { Answer } from './http.js';
import type { TestServer } from './server.js';
import { secretsOf } from './tokens.js';

/** What a client sends for a token; without changes, it gets one. `null` leaves a field out. */
export type Fields = Record<string, string | null>;

export async function tokenForm(server: TestServer, fields: Fields = {}): Promise<string> {
  const all: Fields = {
    grant_type: 'client_credentials',
    client_id: FIRST_APP_ID,
    client_secret: secretsOf(server).clientSecret,
    scope: `${GRAPH_AUDIENCES[0]}/.default`,
    ...fields,
  };
  return new URLSearchParams(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null),
  ).toString();
}

export interface TokenCall {
  readonly tenant?: string;
  readonly headers?: Record<string, string>;
  readonly query?: string;
  /** Behind the tenant. */
  readonly endpoint?: string;
}

/** Asks the token endpoint, with the body as it stands. */
export async function postToken(
  server: TestServer,
  body: string,
  { tenant = DEFAULT_DOMAIN, headers = {}, query = '', endpoint = 'oauth2/v2.0/token' }: TokenCall = {},
): Promise<Answer> {
  const response = await fetch(`${server.url}/${tenant}/${endpoint}${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded;charset=utf-8', ...headers },
    body,
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text), text };
}

export const requestToken = async (server: TestServer, fields?: Fields, call?: TokenCall): Promise<Answer> =>
  postToken(server, await tokenForm(server, fields), call);

export const basic = (id: string, secret: string): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What an identity route answers to a request that it refuses: OAuth's error with the members that Entra adds. */
export function assertEntraError(
  answer: Answer,
  expected: { status: number; error: string; code: number; sentence: RegExp },
): void {
  expect(answer.status, answer.text).toBe(expected.status);
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  expect(answer.headers.get('cache-control')).toContain('no-store');
  expect(Object.keys(answer.body)).toEqual([
    'error',
    'error_description',
    'error_codes',
    'timestamp',
    'trace_id',
    'correlation_id',
  ]);
  expect(answer.body).toMatchObject({ error: expected.error, error_codes: [expected.code] });
  expect(answer.body.error_description).toMatch(new RegExp(`^AADSTS${expected.code}: `));
  expect(answer.body.error_description).toMatch(expected.sentence);
  expect(answer.body.timestamp).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ$/);
  expect(answer.body.trace_id).toMatch(GUID);
  expect(answer.body.trace_id).toBe(answer.headers.get('request-id'));
}
