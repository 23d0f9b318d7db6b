import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { issuerNotAvailable } from '../../graph/errors/catalogue/service.js';
import { TokenKeys } from './token-verifier.js';

/** An unknown `kid` is a reason to ask the issuer again, once a minute at most. */
const REFETCH_AFTER_MS = 60_000;
const TIMEOUT_MS = 5_000;

interface Discovered {
  readonly issuer: string;
  readonly getKey: JWTVerifyGetKey;
}

/** What says something of the token, and nothing bad of the keys. */
const isAboutToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;

/**
 * The keys at an address, asked for when the first token comes. A set with a key that cannot be read is forgotten, so
 * that it is asked for again at the next token, as one that could not be reached is.
 */
function keysAt(address: URL): JWTVerifyGetKey {
  const asked = (): JWTVerifyGetKey =>
    createRemoteJWKSet(address, { cooldownDuration: REFETCH_AFTER_MS, timeoutDuration: TIMEOUT_MS });
  let keys = asked();
  return async (header, token) => {
    const used = keys;
    try {
      return await used(header, token);
    } catch (error) {
      if (keys === used && !isAboutToken(error)) keys = asked();
      throw error;
    }
  };
}

/** The keys of any OpenID Connect issuer, found by its discovery document when the first token comes. */
export class OidcKeys extends TokenKeys {
  readonly algorithms = [
    'RS256',
    'RS384',
    'RS512',
    'PS256',
    'PS384',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
  ];
  readonly clockTolerance = 60;
  private discovered?: Promise<Discovered>;

  constructor(private readonly issuer: string) {
    super();
  }

  async current(): Promise<Discovered> {
    this.discovered ??= this.discover();
    try {
      return await this.discovered;
    } catch (error) {
      this.discovered = undefined;
      throw issuerNotAvailable(error);
    }
  }

  private async discover(): Promise<Discovered> {
    const address = `${this.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) throw new Error(`${address} answered ${response.status}`);
    const document = (await response.json()) as { issuer?: string; jwks_uri?: string };
    // Entra's multi-tenant documents have a placeholder where each token has its tenant.
    const issuer = document.issuer?.replace('{tenantid}', '{tenant}');
    if (issuer === undefined || document.jwks_uri === undefined)
      throw new Error(`${address} lacks issuer or jwks_uri`);
    if (issuer !== this.issuer && !issuer.includes('{tenant}')) {
      throw new Error(`${address} is of issuer ${issuer}, not of ${this.issuer}`);
    }
    return { issuer, getKey: keysAt(new URL(document.jwks_uri)) };
  }
}
