import { FIRST_APP_ID } from '../../src/identity/local/local-apps.js';
import { GRAPH_AUDIENCES } from '../../src/config/configuration.js';
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
}

/** Asks the token endpoint, with the body as it stands. */
export async function postToken(
  server: TestServer,
  body: string,
  { tenant = 'common', headers = {}, query = '' }: TokenCall = {},
): Promise<Answer> {
  const response = await fetch(`${server.url}/${tenant}/oauth2/v2.0/token${query}`, {
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
