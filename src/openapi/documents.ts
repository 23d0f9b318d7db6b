import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Configuration } from '../config/configuration.js';
import { FIRST_APP_ID } from '../identity/local/local-apps.js';
import { DEFAULT_TENANT } from '../identity/local/tenant.js';
import { DEFAULT_SCOPE } from '../identity/permissions/require-permissions.js';
import { describePermissions } from './permission-tables.js';
import { separateVersions } from './versioned-schemas.js';

const DESCRIPTION =
  'A self-hosted server of the Microsoft Graph external connections API (`microsoft.graph.externalConnectors`), ' +
  'under `/beta` and `/v1.0`.\n\n' +
  'To try it: **Authorize** with the client id below and the client secret that the server printed at its start, ' +
  'tick the scope, open an operation, **Try it out**, **Execute**. A token of `npm run -s token` fits under *bearer*.';

/** The OpenAPI document: what the controllers and bodies declare, each version with what exists in it. */
export function createDocument(app: NestFastifyApplication, { identity }: Configuration): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setTitle('Graph Connections')
    .setDescription(DESCRIPTION)
    .setVersion('0.1.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    .addTag('externalConnection', 'A connection to an external data source.')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: 'Any token of the configured issuer.',
    });
  if (identity.mode === 'local') {
    builder.addOAuth2({
      type: 'oauth2',
      description: `Client credentials at the local issuer. Client id: ${FIRST_APP_ID}`,
      flows: {
        clientCredentials: {
          tokenUrl: `/${DEFAULT_TENANT}/oauth2/v2.0/token`,
          scopes: { [DEFAULT_SCOPE]: 'All permissions that the application has.' },
        },
      },
    });
  }
  const document = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (controller, method, version) =>
      [version, controller.replace(/Controller$/, ''), method].filter(Boolean).join('.'),
  });
  return separateVersions(describePermissions(document));
}

/** Swagger UI at /docs, the document at /openapi.json, and the way from / to it. */
export function setUpDocuments(app: NestFastifyApplication, configuration: Configuration): void {
  let document: OpenAPIObject | undefined;
  SwaggerModule.setup('docs', app, () => (document ??= createDocument(app, configuration)), {
    jsonDocumentUrl: 'openapi.json',
    yamlDocumentUrl: 'openapi.yaml',
    customSiteTitle: 'Graph Connections',
    swaggerOptions: {
      persistAuthorization: true,
      displayRequestDuration: true,
      tryItOutEnabled: false,
      initOAuth: { clientId: FIRST_APP_ID, scopes: [DEFAULT_SCOPE] },
    },
  });
  app
    .getHttpAdapter()
    .getInstance()
    .get('/', { schema: { hide: true } as object }, (_request, reply) => reply.redirect('/docs'));
}
