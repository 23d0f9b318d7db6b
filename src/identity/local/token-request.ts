import type { FastifyRequest } from 'fastify';
import { readBody } from '../../graph/http/read-body.js';
import { parameterMissing, tooManyParameters } from './oauth-error.js';

/** A form with an assertion and its whole chain of certificates has a few kB; more than this nobody reads. */
const MOST_FORM_BYTES = 65_536;
const MOST_PARAMETERS = 100;

const FORM = 'application/x-www-form-urlencoded';
const FORM_HINT = ` The body must be sent as ${FORM}.`;

/** What a client sent to a token endpoint. */
export class TokenRequest {
  private constructor(
    private readonly form: URLSearchParams,
    private readonly basic: { readonly id?: string; readonly secret?: string },
    private readonly hint: string,
  ) {}

  /** @throws OAuthError tooManyParameters; bodyTooLarge, contentEncodingNotSupported, bodyUnreadable */
  static async of(request: FastifyRequest): Promise<TokenRequest> {
    const text = (await readBody(request.raw, { mostBytes: MOST_FORM_BYTES })).toString('utf8');
    const type = request.headers['content-type']?.split(';', 1)[0]!.trim().toLowerCase() ?? FORM;
    const basic = basicCredentials(request.headers.authorization);
    // Entra finds no parameter in a body of another type.
    if (type !== FORM) return new TokenRequest(new URLSearchParams(), basic, FORM_HINT);
    if (text.split('&', MOST_PARAMETERS + 1).length > MOST_PARAMETERS)
      throw tooManyParameters(MOST_PARAMETERS);
    return new TokenRequest(new URLSearchParams(text), basic, '');
  }

  get clientId(): string {
    return this.form.get('client_id') || this.basic.id || this.required('client_id');
  }

  get secret(): string | undefined {
    return this.form.get('client_secret') || this.basic.secret || undefined;
  }

  optional(name: string): string | undefined {
    return this.form.get(name) || undefined;
  }

  /** @throws OAuthError parameterMissing */
  required(name: string): string {
    const value = this.optional(name);
    if (value === undefined) throw parameterMissing(name, this.hint);
    return value;
  }
}

const formDecoded = (part: string): string =>
  new URLSearchParams(`v=${part.replaceAll('&', '%26')}`).get('v') ?? part;

/** `client_secret_basic`, as Swagger UI sends it: both parts are form-encoded before they are joined (RFC 6749, 2.3.1). */
function basicCredentials(header: string | undefined): { id?: string; secret?: string } {
  const encoded = /^basic\s+(\S+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return {};
  const [id = '', ...secret] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return { id: formDecoded(id), secret: formDecoded(secret.join(':')) };
}
