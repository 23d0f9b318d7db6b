import type { GraphError } from '../graph-error.js';
import { connectorError, gatewayError } from './make-error.js';

/** On every 401 (docs/contract/errors.md#g9). */
const WWW_AUTHENTICATE =
  'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"';

/** The gateway's `innerError` has only ids, so `details` names the fault of the token. */
const invalidToken = (message: string, reason: { code: string; message: string }): GraphError =>
  gatewayError(401, 'InvalidAuthenticationToken', message, {
    headers: { 'www-authenticate': WWW_AUTHENTICATE },
    details: [{ ...reason, target: 'Authorization' }],
  });

/** No Authorization header, or nothing after `Bearer` (docs/contract/errors.md#g1). */
export const accessTokenEmpty = (): GraphError =>
  invalidToken('Access token is empty.', {
    code: 'TokenMissing',
    message: 'Send the header "Authorization: Bearer {token}".',
  });

/** The token is no JWT (docs/contract/errors.md#g2). */
export const accessTokenNotWellFormed = (): GraphError =>
  invalidToken(
    'IDX14100: JWT is not well formed, there are no dots (.).\n' +
      "The token needs to be in JWS or JWE Compact Serialization Format. (JWS): 'EncodedHeader.EncodedPayload.EncodedSignature'. " +
      "(JWE): 'EncodedProtectedHeader.EncodedEncryptedKey.EncodedInitializationVector.EncodedCiphertext.EncodedAuthenticationTag'.",
    { code: 'TokenNotWellFormed', message: 'The text after "Bearer" is not a JSON Web Token.' },
  );

/** `exp` is over (docs/contract/errors.md#g4). */
export const accessTokenExpired = (): GraphError =>
  invalidToken('Lifetime validation failed, the token is expired.', {
    code: 'TokenExpired',
    message: "The time in the token's 'exp' claim is over, or the claim is missing.",
  });

/** `nbf` lies ahead (docs/contract/errors.md#g5). */
export const accessTokenNotYetValid = (): GraphError =>
  invalidToken('Access token has expired or is not yet valid.', {
    code: 'TokenNotYetValid',
    message: "The time in the token's 'nbf' claim has not come.",
  });

/** Wrong signature, unknown key, refused algorithm, or a claim that cannot be used (docs/contract/errors.md#g6). */
export const accessTokenNotValid = (reason: string): GraphError =>
  invalidToken('Access token validation failure.', { code: 'TokenNotValid', message: reason });

/** `aud` names another API (docs/contract/errors.md#g7). */
export const accessTokenAudienceNotValid = (accepted: readonly string[]): GraphError =>
  invalidToken('Access token validation failure. Invalid audience.', {
    code: 'InvalidAudience',
    message: `The token's 'aud' claim must be ${accepted.map((audience) => `'${audience}'`).join(' or ')}.`,
  });

/** `iss` is another authority, or of another tenant than `tid` (docs/contract/errors.md#g8). */
export const accessTokenIssuerNotValid = (expected: string): GraphError =>
  invalidToken('Access token validation failure. Invalid issuer.', {
    code: 'InvalidIssuer',
    message: `The token's 'iss' claim must be '${expected}', where {tenant} is the 'tid' claim.`,
  });

/** A personal Microsoft account, which this API does not serve (docs/contract/api.md#6.8; seed, "Permissions"). */
export const personalAccountNotSupported = (): GraphError =>
  invalidToken('Access token validation failure.', {
    code: 'PersonalAccountNotSupported',
    message:
      'The token belongs to a personal Microsoft account. This API serves work or school accounts and applications.',
  });

/** A write of an item for a signed-in user, where the server is told to refuse it (docs/contract/errors.md#p1, docs/contract/field.md#1.6). */
export const delegatedItemWriteRefused = (): GraphError =>
  connectorError(401, {
    headers: { 'www-authenticate': WWW_AUTHENTICATE },
    inner: {
      code: 'DelegatedItemWriteRefused',
      message:
        'The token is of a signed-in user (delegated), and items must be written with an application token: this server runs ' +
        'with DELEGATED_ITEM_WRITES=refused.',
    },
  });
