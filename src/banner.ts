import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Configuration, DatabaseConfiguration } from './config/configuration.js';
import { Clock } from './graph/clock.js';
import { FIRST_APP_ID } from './identity/local/local-apps.js';
import { LocalIssuer } from './identity/local/local-issuer.js';
import { DEFAULT_TENANT } from './identity/local/tenant.js';
import { LocalApps } from './identity/local/token.controller.js';

const HOUR_SECONDS = 3600;

const EXAMPLE = { id: 'contosohr', name: 'Contoso HR', description: 'Connection to index Contoso HR system' };

const curl = (address: string, token: string): string =>
  `curl -i ${address}/beta/external/connections -H 'Authorization: Bearer ${token}' ` +
  `-H 'Content-Type: application/json' -d '${JSON.stringify(EXAMPLE)}'`;

const placeOf = (database: DatabaseConfiguration): string =>
  database.type === 'sqlite'
    ? `SQLite, ${database.path}`
    : `PostgreSQL, ${database.database} on ${database.host}:${database.port}`;

/** What a person sees when the server has started: where it is, what it stores in, and a first request to paste. */
export async function banner(
  app: NestFastifyApplication,
  configuration: Configuration,
  address: string,
): Promise<string> {
  const { database } = configuration;
  const lines = [
    '',
    'Graph Connections is ready.',
    `  Address     ${address}/beta and ${address}/v1.0`,
    `  Swagger UI  ${address}/docs`,
    `  Database    ${placeOf(database)}`,
  ];
  if (configuration.identity.mode === 'oidc') {
    return [
      ...lines,
      `  Identity    tokens of ${configuration.identity.issuer}`,
      '',
      'A first request, with a token of that issuer in $TOKEN:',
      curl(address, '$TOKEN').replace("'Authorization: Bearer $TOKEN'", '"Authorization: Bearer $TOKEN"'),
      '',
    ].join('\n');
  }
  const local = app.get(LocalApps).get(FIRST_APP_ID)!;
  const token = await app.get(LocalIssuer).issue(
    {
      tenantId: DEFAULT_TENANT,
      appId: local.id,
      appName: local.name,
      permissions: local.permissions,
      lifetimeSeconds: HOUR_SECONDS,
    },
    app.get(Clock).now(),
  );
  return [
    ...lines,
    `  Identity    local issuer, ${address}/${DEFAULT_TENANT}`,
    `  Client id   ${local.id}`,
    `  Secret      ${local.secret}`,
    '',
    'A first request (its token is good for an hour; npm run -s token prints another):',
    curl(address, token),
    '',
  ].join('\n');
}
