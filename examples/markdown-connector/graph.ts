import {
  Client,
  type Context,
  HTTPMessageHandler,
  type Middleware,
  RetryHandler,
  RetryHandlerOptions,
} from '@microsoft/microsoft-graph-client';
import type { Settings } from './settings.js';

/** Whatever gives tokens: of the application, or one of a user. */
export interface Tokens {
  get(): Promise<string>;
}

/** Used where an answer does not say in Retry-After how long to wait. */
const RETRY_DELAY_SECONDS = 3;
/** The client's own default, 3, is soon used up by a connector that writes as fast as it may; 10 is its maximum. */
const MOST_RETRIES = 10;

/**
 * The client's own AuthenticationHandler sends the token to https addresses only. `npm start` serves plain http, so the
 * connector has one of its own, which does the same for both.
 */
class Authorization implements Middleware {
  private next?: Middleware;

  constructor(private readonly tokens: Tokens) {}

  setNext(next: Middleware): void {
    this.next = next;
  }

  async execute(context: Context): Promise<void> {
    const headers = new Headers(context.options?.headers);
    headers.set('Authorization', `Bearer ${await this.tokens.get()}`);
    context.options = { ...context.options, headers };
    await this.next!.execute(context);
  }
}

/**
 * The official client. Its RetryHandler sends a request again after a 429, 503 or 504, when Retry-After has passed. It
 * stands before the authorization, so that each attempt has a token that is still good.
 */
export function graphClient({ graphUrl }: Settings, tokens: Tokens): Client {
  return Client.initWithMiddleware({
    baseUrl: graphUrl,
    defaultVersion: 'v1.0',
    middleware: [
      new RetryHandler(new RetryHandlerOptions(RETRY_DELAY_SECONDS, MOST_RETRIES)),
      new Authorization(tokens),
      new HTTPMessageHandler(),
    ],
  });
}
