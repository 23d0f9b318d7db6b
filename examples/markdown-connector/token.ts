import { Complaint } from './complaint.js';
import type { Settings } from './settings.js';

const SCOPE = 'https://graph.microsoft.com/.default';
/** A token is renewed so long before its end that no request is on its way with an expired one. */
const RENEWED_BEFORE_MS = 5 * 60_000;

/** Tokens of the application itself: OAuth 2.0 client credentials, as a connector uses them in production. */
export class TokenSource {
  private current?: Promise<string>;
  private renewAt = 0;

  constructor(private readonly settings: Settings) {}

  /** A token that is good for some minutes yet. Requests that need a new one at the same time share one. */
  get(): Promise<string> {
    if (this.current === undefined || Date.now() >= this.renewAt) {
      this.renewAt = Number.POSITIVE_INFINITY;
      this.current = this.request();
    }
    return this.current;
  }

  private async request(): Promise<string> {
    const { authority, tenant, clientId, clientSecret } = this.settings;
    const response = await fetch(`${authority}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: clientId,
        client_secret: clientSecret,
        scope: SCOPE,
      }),
    }).catch((error: Error) => {
      const cause = error.cause as { code?: string; message?: string } | undefined;
      throw new Complaint(
        `${authority} cannot be reached (${cause?.code ?? cause?.message ?? error.message}). Is the server running?`,
      );
    });
    const answer = (await response.json().catch(() => ({}))) as {
      access_token?: string;
      expires_in?: number;
      error_description?: string;
    };
    if (!response.ok || answer.access_token === undefined)
      throw new Complaint(
        `No token for CLIENT_ID ${clientId}: ${response.status} ${answer.error_description ?? ''}\n` +
          'CLIENT_SECRET must be the secret that the server printed at its start.',
      );
    this.renewAt = Date.now() + (answer.expires_in ?? 3600) * 1000 - RENEWED_BEFORE_MS;
    return answer.access_token;
  }
}
