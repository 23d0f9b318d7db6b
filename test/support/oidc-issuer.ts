import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';

/** A real OpenID Connect issuer on a port of its own: a discovery document, keys that can be rotated, and tokens. */
export class OidcIssuer {
  /** How often each path was asked for. */
  readonly asked: Record<string, number> = {};
  /** Answers every path with this status, instead of what it should. */
  failing?: number;
  /** What the discovery document says otherwise. */
  document: Record<string, unknown> = {};
  /** What each key says otherwise; the tokens are signed by the true ones. */
  brokenKeys: Record<string, unknown> = {};
  private server?: Server;
  private keys: JWK[] = [];
  private signer: { key: CryptoKey; kid: string };
  private port = 0;

  private constructor(
    private readonly path: string,
    private readonly algorithm: 'RS256' | 'ES256',
  ) {}

  /** @param path where the issuer lives below its origin, such as `/common/v2.0` */
  static async start(path = '', algorithm: 'RS256' | 'ES256' = 'RS256'): Promise<OidcIssuer> {
    const issuer = new OidcIssuer(path, algorithm);
    await issuer.rotate('first');
    await issuer.listen();
    return issuer;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get url(): string {
    return this.origin + this.path;
  }

  /** Puts a new key in the place of the one before. */
  async rotate(kid: string): Promise<void> {
    const { publicKey, privateKey } = await generateKeyPair(this.algorithm);
    this.keys = [{ ...(await exportJWK(publicKey)), kid, use: 'sig' }];
    this.signer = { key: privateKey, kid };
  }

  token(claims: Record<string, unknown>): Promise<string> {
    const seconds = Math.floor(Date.now() / 1000);
    const payload = { iss: this.url, iat: seconds, nbf: seconds, exp: seconds + 3600, ...claims };
    return new SignJWT(payload)
      .setProtectedHeader({ alg: this.algorithm, kid: this.signer.kid })
      .sign(this.signer.key);
  }

  /** At the same port as before, if it listened before. */
  async listen(): Promise<void> {
    this.server = createServer((request, response) => {
      const path = request.url ?? '';
      this.asked[path] = (this.asked[path] ?? 0) + 1;
      const answer =
        path === `${this.path}/.well-known/openid-configuration`
          ? { issuer: this.url, jwks_uri: `${this.origin}/keys`, ...this.document }
          : path === '/keys'
            ? { keys: this.keys.map((key) => ({ ...key, ...this.brokenKeys })) }
            : undefined;
      response.writeHead(this.failing ?? (answer === undefined ? 404 : 200), {
        'content-type': 'application/json',
      });
      response.end(JSON.stringify(answer ?? {}));
    }).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as { port: number }).port;
  }

  async close(): Promise<void> {
    if (this.server?.listening !== true) return;
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
