import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Configuration } from './config/configuration.js';

/** What browsers need: leave to call from other origins, and headers that protect the documentation pages. */
export function frontends(app: NestFastifyApplication, { server }: Configuration): void {
  app.useSecurityHeaders({
    contentSecurityPolicy: {
      // Plain http is how the server is used on a laptop; Swagger UI draws its icons from data: addresses.
      directives: { upgradeInsecureRequests: null, connectSrc: ["'self'"], imgSrc: ["'self'", 'data:'] },
    },
    strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: false },
    crossOriginResourcePolicy: { policy: server.corsOrigins.length > 0 ? 'cross-origin' : 'same-origin' },
  });
  if (server.corsOrigins.length === 0) return;
  app.enableCors({
    origin: server.corsOrigins.includes('*') ? '*' : [...server.corsOrigins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: ['request-id', 'client-request-id', 'Location', 'Retry-After', 'x-ms-ags-diagnostic'],
    maxAge: 600,
    // An OPTIONS that is no preflight is answered all the same, rather than by text that no Graph client reads.
    strictPreflight: false,
  });
  // Every answer, errors too: what is kept of one origin is not to be given to another.
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', (_request, reply, _payload, done) => {
      const vary = String(reply.getHeader('vary') ?? '');
      if (!/\borigin\b/i.test(vary)) void reply.header('vary', vary === '' ? 'Origin' : `${vary}, Origin`);
      done();
    });
}
