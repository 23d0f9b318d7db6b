import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from 'jose';
import type { ClientKey } from './client-key.js';
import type { LocalApp } from './local-apps.js';
import {
  assertionAlgorithmNotSupported,
  assertionAudienceNotValid,
  assertionKeyNotFound,
  assertionNotInTime,
  assertionNotWellFormed,
  assertionOfAnotherApplication,
  assertionSignatureNotValid,
  type OAuthError,
} from './oauth-error.js';
import { tenantIdOf, tenantSegmentOf } from './tenant.js';

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];

/** Entra's leeway for clocks that differ. */
const CLOCK_TOLERANCE_SECONDS = 300;

const LONGEST_SHOWN = 100;

/** Programs that are led here from Entra's address name Entra's in their assertion. */
const ENTRA = 'https://login.microsoftonline.com';

/** What comes after the tenant in an audience: a token endpoint, an issuer, or nothing. */
const AUDIENCE_PATHS = new Set(['/oauth2/v2.0/token', '/oauth2/token', '/v2.0', '']);

/** For whom an assertion must be made out. */
export interface AssertedAt {
  /** Scheme, host and port as the client used them. */
  readonly origin: string;
  readonly tenant: string;
  readonly tenantId: string;
  /** The issuer of the tenant's tokens, which is a name of the authority as well. */
  readonly issuer: string;
  readonly now: Date;
}

/** Nothing of it is verified yet, its types neither. */
type AssertionHeader = Readonly<Record<string, unknown>>;

const unslashed = (address: string): string => address.replace(/\/$/, '');

/** Base64 and base64url name the same bytes, and both are seen. */
const sameThumbprint = (sent: string, known: string): boolean =>
  sent.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '') === known;

function isAudience(audience: unknown, { origin, tenantId, issuer }: AssertedAt): boolean {
  if (typeof audience !== 'string') return false;
  if (unslashed(audience) === unslashed(issuer)) return true;
  if (!URL.canParse(audience)) return false;
  const url = new URL(audience);
  if (url.origin !== ENTRA && url.origin !== new URL(origin).origin) return false;
  const rest = unslashed(url.pathname).split('/').slice(2);
  const path = rest.map((part) => `/${part.toLowerCase()}`).join('');
  return AUDIENCE_PATHS.has(path) && tenantIdOf(tenantSegmentOf(url)) === tenantId;
}

function headerOf(assertion: string): AssertionHeader {
  try {
    return { ...decodeProtectedHeader(assertion) };
  } catch {
    throw assertionNotWellFormed('The client assertion is not a signed JWT.');
  }
}

/** The key that the header names, where it names one. @throws OAuthError */
function keyFor(app: LocalApp, header: AssertionHeader, now: Date): ClientKey {
  const { key } = app;
  if (key === undefined) throw assertionKeyNotFound(app.id);
  const { x5t, 'x5t#S256': x5tS256, kid } = header;
  const { thumbprints } = key;
  const named: readonly [name: string, sent: unknown, fits: (text: string) => boolean][] = [
    ['x5t', x5t, (text) => thumbprints === undefined || sameThumbprint(text, thumbprints.x5t)],
    ['x5t#S256', x5tS256, (text) => thumbprints === undefined || sameThumbprint(text, thumbprints.x5tS256)],
    ['kid', kid, (text) => key.kid === undefined || text === key.kid],
  ];
  for (const [name, sent, fits] of named) {
    if (sent === undefined || (typeof sent === 'string' && fits(sent))) continue;
    const shown = typeof sent === 'string' ? sent.slice(0, LONGEST_SHOWN) : 'no text';
    throw assertionKeyNotFound(app.id, `, ${name} of key used by client: '${shown}'`);
  }
  if (key.validUntil !== undefined && key.validUntil < now)
    throw assertionSignatureNotValid('The key used is expired.');
  return key;
}

function explained(error: unknown, assertion: string, algorithm: unknown, now: Date): OAuthError {
  if (error instanceof errors.JOSEAlgNotAllowed)
    return assertionAlgorithmNotSupported(String(algorithm), ALGORITHMS);
  if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing' || error.reason === 'invalid')
      return assertionNotWellFormed(`Its '${error.claim}' claim is missing or not valid.`);
    const { nbf, exp } = decodeJwt(assertion);
    return assertionNotInTime(now, nbf, exp);
  }
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid)
    return assertionNotWellFormed('The client assertion is not a signed JWT.');
  return assertionSignatureNotValid('Client assertion failed signature validation.');
}

/**
 * Whether an application proves who it is by an assertion that it signed (RFC 7523; docs/contract/field.md#5.7). An
 * assertion may come again until it expires, since MSAL sends the same one for minutes.
 * @throws OAuthError
 */
export async function checkAssertion(assertion: string, app: LocalApp, at: AssertedAt): Promise<void> {
  const header = headerOf(assertion);
  const { publicKey } = keyFor(app, header, at.now);
  let claims: JWTPayload;
  try {
    ({ payload: claims } = await jwtVerify(assertion, publicKey, {
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      currentDate: at.now,
      requiredClaims: ['aud', 'exp', 'iss', 'sub'],
    }));
  } catch (error) {
    throw explained(error, assertion, header.alg, at.now);
  }
  if (claims.jti !== undefined && typeof claims.jti !== 'string')
    throw assertionNotWellFormed("Its 'jti' claim must be text.");
  if ([claims.iss, claims.sub].some((claim) => String(claim).toLowerCase() !== app.id.toLowerCase()))
    throw assertionOfAnotherApplication();
  if (![claims.aud].flat().some((audience) => isAudience(audience, at)))
    throw assertionAudienceNotValid(`${at.origin}/${at.tenant}/oauth2/v2.0/token`);
}
