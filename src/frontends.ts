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
  });
}
