import { decodeJwt, decodeProtectedHeader, importJWK, type JWTPayload, SignJWT } from 'jose';
import { LOCAL_SECRETS, type LocalSecrets } from '../../src/identity/local/local-store.js';
import { type CallerOptions, tokenOf } from './callers.js';
import type { TestServer } from './server.js';

export interface Forgery {
  /** What the token says otherwise than a good one; `undefined` leaves the claim out. */
  readonly claims?: Record<string, unknown>;
  readonly header?: Record<string, unknown>;
  /** Signs instead of the server's own key. */
  readonly key?: Parameters<SignJWT['sign']>[0];
  readonly caller?: CallerOptions;
}

/** The key and the secret that the server made for itself. */
export const secretsOf = (server: TestServer): LocalSecrets =>
  server.app.get(LOCAL_SECRETS, { strict: false });

/** A token that differs from a good one in one respect. */
export async function forge(
  server: TestServer,
  { claims, header, key, caller }: Forgery = {},
): Promise<string> {
  const good = await tokenOf(server, caller);
  const payload = JSON.parse(JSON.stringify({ ...decodeJwt(good), ...claims })) as JWTPayload;
  return new SignJWT(payload)
    .setProtectedHeader({ ...decodeProtectedHeader(good), alg: 'RS256', ...header })
    .sign(key ?? (await importJWK(secretsOf(server).key, 'RS256')));
}
