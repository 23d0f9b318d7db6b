import { Client, type Context, type Middleware, MiddlewareFactory } from '@microsoft/microsoft-graph-client';
import type { TestServer } from './server.js';

/** GUID-shaped, and of no RFC 4122 version, as the client makes them (docs/contract/clients.md#2). */
export const CLIENT_REQUEST_ID = '4d66b31c-d551-5533-10e9-e1a11a0af30a';

/** What the client itself sends to https addresses alone: the token, and its two headers. */
class OverPlainHttp implements Middleware {
  private next?: Middleware;
  /** The headers of each request that was sent. */
  readonly sent: Record<string, string>[] = [];
  /** Every answer that came, also those that the client did not hand on. */
  readonly answers: Response[] = [];

  constructor(private readonly token: string) {}

  async execute(context: Context): Promise<void> {
    context.options = {
      ...context.options,
      headers: {
        ...(context.options?.headers as Record<string, string>),
        Authorization: `Bearer ${this.token}`,
        'client-request-id': CLIENT_REQUEST_ID,
        SdkVersion: 'graph-js/3.0.7 (featureUsage=6)',
      },
    };
    this.sent.push({ ...(context.options.headers as Record<string, string>) });
    await this.next!.execute(context);
    this.answers.push(context.response as Response);
  }

  setNext(next: Middleware): void {
    this.next = next;
  }
}

/** The official client with its own chain of handlers, and ours before the last one, which sends. */
export function graphClient(
  server: TestServer,
  token: string,
  defaultVersion = 'beta',
): { client: Client; wire: OverPlainHttp } {
  const wire = new OverPlainHttp(token);
  const chain = MiddlewareFactory.getDefaultMiddlewareChain({ getAccessToken: async () => token });
  chain.splice(-1, 0, wire);
  const client = Client.initWithMiddleware({ middleware: chain, baseUrl: server.url, defaultVersion });
  return { client, wire };
}
