import type { GraphError, SelfRendering } from '../../graph/errors/graph-error.js';

const LONGEST_QUOTE = 100;
const quoted = (text: string): string => `'${text.slice(0, LONGEST_QUOTE)}'`;

/** An error of an identity route, in Entra's form: MSAL reads `error`, `error_description` and `error_codes`. */
export class OAuthError extends Error implements SelfRendering {
  /** No `WWW-Authenticate: Basic`, as Entra sends none: a browser would ask for a password in a window of its own. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly status: number,
    private readonly error: string,
    private readonly entraCode: number,
    sentence: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(`AADSTS${entraCode}: ${sentence}`);
    this.headers = { ...headers, 'cache-control': 'no-store' };
  }

  get code(): string {
    return `AADSTS${this.entraCode}`;
  }

  body(requestId: string, clientRequestId: string, now: Date): string {
    const timestamp = `${now.toISOString().slice(0, 19).replace('T', ' ')}Z`;
    return JSON.stringify({
      error: this.error,
      error_description: `${this.message} Trace ID: ${requestId} Correlation ID: ${clientRequestId} Timestamp: ${timestamp}`,
      error_codes: [this.entraCode],
      timestamp,
      trace_id: requestId,
      correlation_id: clientRequestId,
    });
  }
}

/** What happened outside of the handlers of identity routes, in their form (docs/contract/field.md#5.9). */
export function oauthErrorOf(error: GraphError, method: string): OAuthError {
  const { status, headers } = error;
  const allowed = headers?.allow;
  if (status === 405 && allowed !== undefined) {
    const sentence = `The endpoint only accepts ${allowed} requests. Received a ${method} request.`;
    return new OAuthError(status, 'invalid_request', 900_561, sentence, headers);
  }
  if (status === 429 || status === 503)
    return new OAuthError(status, 'temporarily_unavailable', 90_033, error.message, headers);
  if (status >= 500) return new OAuthError(status, 'server_error', 50_000, error.message, headers);
  const reason = error.details?.[0]?.message ?? error.inner?.message ?? error.message;
  const sentence = `Request is malformed or invalid. ${reason}`;
  return new OAuthError(status, 'invalid_request', 9_002_313, sentence, headers);
}

export const parameterMissing = (name: string, hint = ''): OAuthError =>
  new OAuthError(
    400,
    'invalid_request',
    900_144,
    `The request body must contain the following parameter: '${name}'.${hint}`,
  );

export const tooManyParameters = (most: number): OAuthError =>
  new OAuthError(
    400,
    'invalid_request',
    9_002_313,
    `Request is malformed or invalid. The form may have ${most} parameters at most.`,
  );

/** The tenant segment of an address is neither a GUID nor a domain name (docs/contract/field.md#5.2). */
export const tenantNotValid = (tenant: string): OAuthError =>
  new OAuthError(
    400,
    'invalid_request',
    900_023,
    `Specified tenant identifier ${quoted(tenant)} is neither a valid DNS name, nor a valid external domain.`,
  );

/** Client credentials at an authority of many tenants (docs/contract/field.md#5.3). */
export const tenantNotNamed = (tenant: string): OAuthError =>
  new OAuthError(
    400,
    'invalid_request',
    50_059,
    `No tenant-identifying information found in either the request or implied by any provided credentials. ` +
      `${quoted(tenant)} names no tenant: client credentials need the tenant's id or a domain name of it in the address.`,
  );

export const grantTypeNotSupported = (): OAuthError =>
  new OAuthError(
    400,
    'unsupported_grant_type',
    70_003,
    "The app requested an unsupported grant type; it may be 'client_credentials'.",
  );

export const applicationNotFound = (appId: string, tenant: string): OAuthError =>
  new OAuthError(
    400,
    'unauthorized_client',
    700_016,
    `Application with identifier ${quoted(appId)} was not found in the directory ${quoted(tenant)}. Local applications are registered in the LOCAL_APPS file.`,
  );

/** Neither a secret nor an assertion came. */
export const clientCredentialMissing = (): OAuthError =>
  new OAuthError(
    401,
    'invalid_client',
    7_000_216,
    "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
  );

/** docs/contract/field.md#5.4. */
export const clientSecretNotValid = (appId: string): OAuthError =>
  new OAuthError(
    401,
    'invalid_client',
    7_000_215,
    `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${appId}'.`,
  );

/** docs/contract/field.md#5.6. */
export const clientSecretExpired = (appId: string): OAuthError =>
  new OAuthError(
    401,
    'invalid_client',
    7_000_222,
    `The provided client secret keys for app '${appId}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds. A local application's secret ends at its 'secretExpires' in the LOCAL_APPS file.`,
  );

export const assertionTypeNotSupported = (type: string): OAuthError =>
  new OAuthError(
    400,
    'invalid_request',
    9_002_313,
    `Request is malformed or invalid. 'client_assertion_type' must be 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', not ${quoted(type)}.`,
  );

export const assertionNotWellFormed = (reason: string): OAuthError =>
  new OAuthError(401, 'invalid_client', 50_027, `JWT token is invalid or malformed. ${reason}`);

export const assertionAlgorithmNotSupported = (algorithm: string, supported: readonly string[]): OAuthError =>
  new OAuthError(
    401,
    'invalid_client',
    5_002_738,
    `Invalid JWT token. ${quoted(algorithm)} is not a supported signature algorithm. Supported signing algorithms are: '${supported.join(', ')}'.`,
  );

/** The application has no such certificate or key (docs/contract/field.md#5.7). */
export const assertionKeyNotFound = (appId: string, detail = ''): OAuthError =>
  new OAuthError(
    401,
    'invalid_client',
    700_027,
    `The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found.${detail}] Local applications have 'certificate' or 'publicKey' in the LOCAL_APPS file; this one is '${appId}'.`,
  );

/** docs/contract/field.md#5.7. */
export const assertionSignatureNotValid = (reason: string): OAuthError =>
  new OAuthError(
    401,
    'invalid_client',
    700_027,
    `Client assertion contains an invalid signature. [Reason - ${reason}]`,
  );

const instant = (seconds: unknown): string => {
  const date = new Date(typeof seconds === 'number' ? seconds * 1000 : 0);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString();
};

export const assertionNotInTime = (now: Date, validFrom: unknown, validUntil: unknown): OAuthError =>
  new OAuthError(
    401,
    'invalid_client',
    700_024,
    `Client assertion is not within its valid time range. Current time: ${now.toISOString()}, assertion valid from ${instant(validFrom)}, expiry time of assertion ${instant(validUntil)}.`,
  );

export const assertionAudienceNotValid = (wanted: string): OAuthError =>
  new OAuthError(
    401,
    'invalid_client',
    700_023,
    `Client assertion audience claim does not match Realm issuer. It must be '${wanted}'.`,
  );

export const assertionOfAnotherApplication = (): OAuthError =>
  new OAuthError(
    401,
    'invalid_client',
    700_021,
    "Client assertion application identifier doesn't match 'client_id' parameter. Its 'iss' and 'sub' must both be the client id.",
  );

export const scopeNotValid = (scope: string, audiences: readonly string[]): OAuthError =>
  new OAuthError(
    400,
    'invalid_scope',
    1_002_012,
    `The provided value for scope ${quoted(scope)} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier: ${audiences.map((audience) => `${audience}/.default`).join(' or ')}.`,
  );

/** What the older endpoint calls a resource, and v2.0 a scope, is unknown. */
export const resourceNotFound = (
  resource: string,
  tenant: string,
  audiences: readonly string[],
): OAuthError =>
  new OAuthError(
    400,
    'invalid_resource',
    500_011,
    `The resource principal named ${quoted(resource)} was not found in the tenant named ${quoted(tenant)}. It may be ${audiences.join(' or ')}.`,
  );

/** Instance discovery was asked for a host that is neither this server nor one of Entra's. */
export const instanceNotValid = (endpoint: string): OAuthError =>
  new OAuthError(400, 'invalid_instance', 50_049, `Unknown or invalid instance: ${quoted(endpoint)}.`);

/** Another origin, or somebody else than the page itself, asks for the token of the documentation page. */
export const notTheDocumentation = (): OAuthError =>
  new OAuthError(
    403,
    'access_denied',
    9_002_313,
    'Request is malformed or invalid. This token is for the documentation page of the same origin alone.',
  );
