import { Injectable } from '@nestjs/common';
import { decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { Configuration } from '../../config/configuration.js';
import { Clock } from '../../graph/clock.js';
import {
  accessTokenAudienceNotValid,
  accessTokenExpired,
  accessTokenIssuerNotValid,
  accessTokenNotValid,
  accessTokenNotWellFormed,
  accessTokenNotYetValid,
  personalAccountNotSupported,
} from '../../graph/errors/catalogue/authentication.js';
import { issuerNotAvailable } from '../../graph/errors/catalogue/service.js';
import { GraphError } from '../../graph/errors/graph-error.js';
import { isGuid } from '../../graph/odata/guid.js';
import type { Caller } from '../caller.js';
import { TokenKeys } from './token-keys.js';

/** The tenant of all personal Microsoft accounts (docs/contract/api.md#2.1: not supported anywhere). */
export const PERSONAL_ACCOUNTS_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';

const MOST_CACHED_TOKENS = 10_000;

/** Entra names 200 in a token at most, and none where there are more. */
const MOST_GROUPS = 10_000;

interface Verified {
  readonly caller: Caller;
  readonly validUntil: number;
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/** The `groups` claim: the object ids of the directory groups of the user. */
const groupsOf = (claim: unknown): string[] =>
  Array.isArray(claim)
    ? [
        ...new Set(
          claim.filter((id) => typeof id === 'string' && isGuid(id)).map((id: string) => id.toLowerCase()),
        ),
      ].slice(0, MOST_GROUPS)
    : [];

/** Decides whether a bearer token may be believed, and who it says is calling. */
@Injectable()
export class TokenVerifier {
  private readonly verified = new LRUCache<string, Verified>({ max: MOST_CACHED_TOKENS });

  constructor(
    private readonly configuration: Configuration,
    private readonly keys: TokenKeys,
    private readonly clock: Clock,
  ) {}

  /** The caller of a token that was verified before and is still valid. */
  cached(token: string): Caller | undefined {
    const known = this.verified.get(token);
    return known !== undefined && this.clock.now().getTime() < known.validUntil ? known.caller : undefined;
  }

  /**
   * Verifies signature, algorithm, issuer, audience and lifetime (docs/contract/api.md#6.8).
   * @throws the 401 errors of the catalogue, issuerNotAvailable
   */
  async verify(token: string): Promise<Caller> {
    if (!token.includes('.')) throw accessTokenNotWellFormed();
    const { issuer, getKey } = await this.keys.current();
    const { audiences } = this.configuration.identity;
    let payload: JWTPayload;
    try {
      ({ payload } = await jwtVerify(token, getKey, {
        algorithms: [...this.keys.algorithms],
        audience: [...audiences],
        requiredClaims: ['exp'],
        clockTolerance: this.keys.clockTolerance,
        currentDate: this.clock.now(),
      }));
    } catch (error) {
      throw this.explain(error, token);
    }
    const caller = this.callerOf(payload, issuer);
    this.verified.set(token, { caller, validUntil: (payload.exp! + this.keys.clockTolerance) * 1000 });
    return caller;
  }

  private callerOf(payload: JWTPayload, issuer: string): Caller {
    const tenantId = text(payload.tid)?.toLowerCase();
    if (payload.iss !== issuer.replace('{tenant}', tenantId ?? '')) throw accessTokenIssuerNotValid(issuer);
    if (tenantId === undefined)
      throw accessTokenNotValid("The token has no 'tid' claim, which names the tenant.");
    if (tenantId === PERSONAL_ACCOUNTS_TENANT) throw personalAccountNotSupported();
    const appId = text(payload.appid) ?? text(payload.azp);
    if (appId === undefined) {
      throw accessTokenNotValid(
        "The token has neither an 'appid' nor an 'azp' claim, which names the application.",
      );
    }
    const delegated = typeof payload.scp === 'string';
    const permissions: unknown[] = delegated
      ? (payload.scp as string).split(' ')
      : [payload.roles ?? []].flat();
    return {
      kind: delegated ? 'delegated' : 'application',
      tenantId,
      appId,
      userId: delegated ? text(payload.oid) : undefined,
      groups: delegated ? groupsOf(payload.groups) : undefined,
      permissions: new Set(
        permissions.filter((permission): permission is string => Boolean(text(permission))),
      ),
    };
  }

  private explain(error: unknown, token: string): GraphError {
    if (error instanceof GraphError) return error;
    if (error instanceof errors.JWTExpired) return accessTokenExpired();
    if (error instanceof errors.JWTClaimValidationFailed) {
      if (error.claim === 'exp') return accessTokenExpired();
      if (error.claim === 'nbf') return accessTokenNotYetValid();
      if (error.claim === 'aud') return accessTokenAudienceNotValid(this.configuration.identity.audiences);
      return accessTokenNotValid(`The token's '${error.claim}' claim cannot be used.`);
    }
    if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid)
      return accessTokenNotWellFormed();
    if (error instanceof errors.JOSEAlgNotAllowed) {
      return accessTokenNotValid(
        `The signing algorithm '${decodeProtectedHeader(token).alg}' is not accepted.`,
      );
    }
    if (error instanceof errors.JWKSNoMatchingKey)
      return accessTokenNotValid("The issuer has no key of the token's 'kid'.");
    if (error instanceof errors.JWSSignatureVerificationFailed) {
      return accessTokenNotValid('The signature does not fit the key of the issuer.');
    }
    if (
      error instanceof errors.JWKSTimeout ||
      error instanceof errors.JWKSInvalid ||
      error instanceof TypeError
    ) {
      return issuerNotAvailable(error);
    }
    return error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC'
      ? accessTokenNotValid('The token cannot be verified.')
      : issuerNotAvailable(error);
  }
}
