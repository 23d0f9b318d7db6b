import type { TLSSocket } from 'node:tls';
import type { FastifyCorsOptions } from '@fastify/cors';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Configuration } from './config/configuration.js';
import { contextOf } from './graph/http/request-context.js';

/** What a page of another origin may read of an answer (docs/contract/field.md#6), and the diagnosis of this server. */
const EXPOSED_HEADERS = [
  'ETag',
  'Location',
  'Preference-Applied',
  'Content-Range',
  'request-id',
  'client-request-id',
  'ReadWriteConsistencyToken',
  'SdkVersion',
  'WWW-Authenticate',
  'Retry-After',
  'x-ms-ags-diagnostic',
];

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** For a year, of whoever came over https. */
const TRANSPORT_SECURITY = 'max-age=31536000';

const isGraph = (request: FastifyRequest): boolean => contextOf(request).version !== undefined;

/**
 * The origins that may call: of Graph's routes those that are configured, or any, as in Graph, which uses no cookies
 * (docs/contract/field.md#6); of everything else those that are configured by name, since a token is asked for there.
 */
function allowedOrigins(request: FastifyRequest, { server }: Configuration): '*' | string[] | false {
  const named = server.corsOrigins.filter((origin) => origin !== '*');
  const any = named.length < server.corsOrigins.length;
  if (any && isGraph(request)) return '*';
  return named.length === 0 ? false : named;
}

/**
 * Lets a page of another origin read the router's own refusals, for which no hook runs. They say nothing of anybody, so that
 * any page may.
 */
export function letOthersRead(
  request: FastifyRequest,
  reply: FastifyReply,
  configuration: Configuration,
): void {
  const allowed = allowedOrigins(request, configuration);
  const { origin } = request.headers;
  const one = allowed === '*' ? '*' : allowed !== false && allowed.find((name) => name === origin);
  if (!one) return;
  void reply.header('access-control-allow-origin', one);
  void reply.header('access-control-expose-headers', EXPOSED_HEADERS.join(', '));
}

/** What browsers need: leave to call from other origins, and headers that protect the documentation pages. */
/**
 * Whether to tell browsers to come back over https only. Not over plain http (RFC 6797, section 7.2); nor for `localhost` or with
 * a certificate of our own making, since a browser would then refuse every other program of that host on plain http.
 */
function wantsOnlyHttps(request: FastifyRequest, { tls }: Configuration): boolean {
  if (request.protocol !== 'https' || request.hostname === 'localhost') return false;
  return !(tls.mode === 'self-signed' && isEncrypted(request));
}

/** The connection itself, not that of a client to a proxy. */
const isEncrypted = ({ raw }: FastifyRequest): boolean => (raw.socket as TLSSocket).encrypted;

export function frontends(app: NestFastifyApplication, configuration: Configuration): void {
  app.useSecurityHeaders({
    contentSecurityPolicy: {
      // Plain http is how the server is used on a laptop; Swagger UI draws its icons from data: addresses.
      directives: { upgradeInsecureRequests: null, connectSrc: ["'self'"], imgSrc: ["'self'", 'data:'] },
    },
    strictTransportSecurity: false,
    crossOriginResourcePolicy: { policy: 'same-origin' },
  });
  app.enableCors({
    delegator: (request: FastifyRequest, done: (error: Error | null, options?: FastifyCorsOptions) => void) =>
      done(null, {
        origin: allowedOrigins(request, configuration),
        methods: METHODS,
        exposedHeaders: EXPOSED_HEADERS,
        maxAge: 600,
        // An OPTIONS that is no preflight is answered all the same, rather than by text that no Graph client reads.
        strictPreflight: false,
      }),
  });
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', (request, reply, done) => {
    if (wantsOnlyHttps(request, configuration))
      void reply.header('strict-transport-security', TRANSPORT_SECURITY);
    if (allowedOrigins(request, configuration) !== false)
      void reply.header('cross-origin-resource-policy', 'cross-origin');
    done();
  });
  // Every answer, errors too: what is kept of one origin is not to be given to another.
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    const vary = String(reply.getHeader('vary') ?? '');
    if (Array.isArray(allowedOrigins(request, configuration)) && !/\borigin\b/i.test(vary))
      void reply.header('vary', vary === '' ? 'Origin' : `${vary}, Origin`);
    done();
  });
}
