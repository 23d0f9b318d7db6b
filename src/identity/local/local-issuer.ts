import { createLocalJWKSet, importJWK, type JWK, type JWTVerifyGetKey, SignJWT } from 'jose';
import type { LocalIdentityConfiguration } from '../../config/configuration.js';
import type { Permission } from '../permissions/permissions.js';
import { TokenKeys } from '../tokens/token-keys.js';
import { guidOf } from './guid.js';
import type { LocalSecrets } from './local-store.js';

/** What a token is to say. */
export interface TokenRequest {
  readonly tenantId: string;
  readonly appId: string;
  readonly appName?: string;
  /** Makes the token a delegated one. */
  readonly userId?: string;
  /** The directory groups of the user, as GUIDs. */
  readonly groups?: readonly string[];
  readonly permissions: readonly Permission[];
  readonly lifetimeSeconds: number;
  /** The audience; the first one configured where none is asked for. */
  readonly audience?: string;
}

/** The server as its own issuer: signs tokens with the claims of Entra's (docs/contract/clients.md, end), and knows their key. */
export class LocalIssuer extends TokenKeys {
  readonly algorithms = ['RS256'];
  readonly clockTolerance = 0;
  /** The public half, as `/discovery/v2.0/keys` shows it. */
  readonly publicKey: JWK;
  private readonly getKey: JWTVerifyGetKey;

  constructor(
    private readonly configuration: LocalIdentityConfiguration,
    private readonly secrets: LocalSecrets,
  ) {
    super();
    const { kty, n, e, kid, alg, use } = secrets.key;
    this.publicKey = { kty, use, alg, kid, n, e };
    this.getKey = createLocalJWKSet({ keys: [this.publicKey] });
  }

  current(): Promise<{ issuer: string; getKey: JWTVerifyGetKey }> {
    return Promise.resolve({ issuer: this.configuration.issuer, getKey: this.getKey });
  }

  /** The `iss` of a tenant's tokens. */
  issuerOf(tenantId: string): string {
    return this.configuration.issuer.replace('{tenant}', tenantId);
  }

  async issue(request: TokenRequest, now: Date): Promise<string> {
    const { tenantId, appId, appName, userId, groups = [], permissions } = request;
    const seconds = Math.floor(now.getTime() / 1000);
    const who =
      userId === undefined
        ? { idtyp: 'app', oid: guidOf(`service-principal:${tenantId}:${appId}`), roles: permissions }
        : {
            idtyp: 'user',
            oid: userId,
            upn: `${userId}@local`,
            name: 'Local user',
            scp: permissions.join(' '),
            ...(groups.length > 0 ? { groups } : {}),
          };
    return new SignJWT({
      ...who,
      appid: appId,
      azp: appId,
      app_displayname: appName ?? 'Local application',
      tid: tenantId,
      ver: '1.0',
    })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: this.secrets.key.kid })
      .setIssuer(this.issuerOf(tenantId))
      .setAudience(request.audience ?? this.configuration.audiences[0]!)
      .setSubject(who.oid)
      .setIssuedAt(seconds)
      .setNotBefore(seconds)
      .setExpirationTime(seconds + request.lifetimeSeconds)
      .sign(await importJWK(this.secrets.key, 'RS256'));
  }
}
