import { randomUUID } from 'node:crypto';
import { FIRST_APP_ID } from '../../src/identity/local/local-apps.js';
import { LocalIssuer, type TokenRequest } from '../../src/identity/local/local-issuer.js';
import { PERMISSIONS } from '../../src/identity/permissions/permissions.js';
import type { TestServer } from './server.js';

export const TENANT = '11111111-2222-4333-8444-555555555555';
const USER = '99999999-2222-4333-8444-555555555555';

export interface CallerOptions extends Partial<TokenRequest> {
  readonly delegated?: boolean;
  /** The time at which the token is issued. */
  readonly at?: Date;
}

const LIFETIME_SECONDS = 3600;
const REUSED_MS = 60_000;

/** The tokens that an issuer has signed already: a program keeps its token, too, and a signature takes time. */
const signed = new WeakMap<
  LocalIssuer,
  Map<string, { readonly token: Promise<string>; readonly at: number }>
>();

/** A token of the server's own issuer; without options, of an application with every permission. */
export function tokenOf(server: TestServer, options: CallerOptions = {}): Promise<string> {
  const { delegated, at, ...request } = options;
  const issuer = server.app.get(LocalIssuer);
  const wanted: TokenRequest = {
    tenantId: TENANT,
    appId: FIRST_APP_ID,
    permissions: PERMISSIONS,
    lifetimeSeconds: LIFETIME_SECONDS,
    ...(delegated ? { userId: USER } : {}),
    ...request,
  };
  if (at !== undefined || wanted.lifetimeSeconds < LIFETIME_SECONDS)
    return issuer.issue(wanted, at ?? new Date());
  const tokens = signed.get(issuer) ?? new Map();
  signed.set(issuer, tokens);
  const name = JSON.stringify(wanted);
  const known = tokens.get(name);
  const now = new Date();
  if (known !== undefined && Math.abs(now.getTime() - known.at) < REUSED_MS) return known.token;
  const token = issuer.issue(wanted, now);
  tokens.set(name, { token, at: now.getTime() });
  return token;
}

/** A tenant that no other test uses. */
export const newTenant = (): string => randomUUID();
