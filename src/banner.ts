import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Configuration, DatabaseConfiguration } from './config/configuration.js';
import { FirstRequest } from './first-request.js';
import { FIRST_APP_ID } from './identity/local/local-apps.js';
import { DEFAULT_DOMAIN } from './identity/local/tenant.js';
import { authorityPath } from './tls/local-authority.js';
import { LocalApps } from './identity/local/token.controller.js';

const placeOf = (database: DatabaseConfiguration): string =>
  database.type === 'sqlite'
    ? `SQLite, ${database.path}`
    : `PostgreSQL, ${database.database} on ${database.host}:${database.port}`;

/** A secret in a log outlives what it is the secret of, so it is shown to a person alone, and on no network. */
function secretLine(app: NestFastifyApplication, { server, showSecret }: Configuration): string {
  if (server.isLoopback && (process.stdout.isTTY || showSecret))
    return app.get(LocalApps).get(FIRST_APP_ID)!.secret!;
  return 'not shown here; npm run -s token -- --secret prints it';
}

/** The same server over TLS, and what makes a client trust it. */
function secureLines({ tls, dataDir }: Configuration, address: string): string[] {
  if (tls.mode === 'off') return [];
  const { port } = new URL(address);
  if (tls.mode === 'files') return [`  TLS         the same port, with the certificate ${tls.certFile}`];
  return [
    `              https://localhost:${port}/beta and https://localhost:${port}/v1.0`,
    `  Trust       ${authorityPath(dataDir)}`,
  ];
}

/** What a person sees when the server has started: where it is, what it stores in, and a first request to paste. */
export async function banner(
  app: NestFastifyApplication,
  configuration: Configuration,
  address: string,
): Promise<string> {
  const { database, identity } = configuration;
  const who =
    identity.mode === 'oidc'
      ? [`  Identity    tokens of ${identity.issuer}`]
      : [
          `  Identity    local issuer, ${address}/${DEFAULT_DOMAIN}/v2.0/.well-known/openid-configuration`,
          `  Client id   ${FIRST_APP_ID}`,
          `  Secret      ${secretLine(app, configuration)}`,
        ];
  return [
    '',
    'Graph Connections is ready.',
    `  Address     ${address}/beta and ${address}/v1.0`,
    ...secureLines(configuration, address),
    `  Swagger UI  ${address}/docs`,
    `  Database    ${placeOf(database)}`,
    ...who,
    '',
    ...(await new FirstRequest(app, configuration, `${address}/v1.0/external/connections`).lines()),
    '',
  ].join('\n');
}
