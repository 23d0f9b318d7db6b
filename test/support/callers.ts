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

/** A token of the server's own issuer; without options, of an application with every permission. */
export function tokenOf(server: TestServer, options: CallerOptions = {}): Promise<string> {
  const { delegated, at, ...request } = options;
  return server.app.get(LocalIssuer).issue(
    {
      tenantId: TENANT,
      appId: FIRST_APP_ID,
      permissions: PERMISSIONS,
      lifetimeSeconds: 3600,
      ...(delegated ? { userId: USER } : {}),
      ...request,
    },
    at ?? new Date(),
  );
}

/** A tenant that no other test uses. */
export const newTenant = (): string => randomUUID();
