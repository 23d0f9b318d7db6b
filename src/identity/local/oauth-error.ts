import type { SelfRendering } from '../../graph/errors/self-rendering.js';

/** An error of the token endpoint, in Entra's form: MSAL reads `error`, `error_description` and `error_codes`. */
export class OAuthError extends Error implements SelfRendering {
  constructor(
    readonly status: number,
    private readonly error: string,
    private readonly entraCode: number,
    sentence: string,
  ) {
    super(`AADSTS${entraCode}: ${sentence}`);
  }

  /** No `WWW-Authenticate: Basic`, as Entra sends none: a browser would ask for a password in a window of its own. */
  readonly headers = { 'cache-control': 'no-store' };

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

export const parameterMissing = (name: string): OAuthError =>
  new OAuthError(
    400,
    'invalid_request',
    900144,
    `The request body must contain the following parameter: '${name}'.`,
  );

export const grantTypeNotSupported = (): OAuthError =>
  new OAuthError(
    400,
    'unsupported_grant_type',
    70003,
    "The app requested an unsupported grant type; it may be 'client_credentials'.",
  );

export const applicationNotFound = (appId: string, tenant: string): OAuthError =>
  new OAuthError(
    400,
    'unauthorized_client',
    700016,
    `Application with identifier '${appId.slice(0, 100)}' was not found in the directory '${tenant.slice(0, 100)}'. Local applications are registered in the LOCAL_APPS file.`,
  );

export const clientSecretNotValid = (appId: string): OAuthError =>
  new OAuthError(
    401,
    'invalid_client',
    7_000_215,
    `Invalid client secret provided for application '${appId}'.`,
  );

export const scopeNotValid = (scope: string, audiences: readonly string[]): OAuthError =>
  new OAuthError(
    400,
    'invalid_scope',
    1_002_012,
    `The provided value for scope '${scope.slice(0, 100)}' is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier: ${audiences.map((audience) => `${audience}/.default`).join(' or ')}.`,
  );
