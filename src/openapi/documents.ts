import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { Configuration } from '../config/configuration.js';
import { GRAPH_VERSIONS } from '../graph/http/request-context.js';
import { servesDocsToken } from '../identity/local/docs-token.controller.js';
import { FIRST_APP_ID } from '../identity/local/local-apps.js';
import { DEFAULT_DOMAIN } from '../identity/local/tenant.js';
import { DEFAULT_SCOPE } from '../identity/permissions/require-permissions.js';
import { addErrorExamples } from './error-examples.js';
import { describePermissions, operationsOf } from './operations.js';
import { detailSchemas } from './schema-details.js';
import { authorizeByItself } from './swagger-ui-token.js';
import { documentOf, separateVersions } from './versions.js';

const DESCRIPTION =
  'A self-hosted server of the Microsoft Graph external connections API (`microsoft.graph.externalConnectors`), ' +
  'under `/beta` and `/v1.0`.';

const HOW_TO_TRY = {
  unasked:
    'To try it: open an operation, **Try it out**, **Execute**. This page gets a token of the first application by ' +
    'itself. To call as another application or user, **Authorize** with a token of `npm run -s token` in the first field. ' +
    'Search and retrieval need the token of a user: `npm run -s token -- --delegated`.',
  local:
    'To try it: **Authorize** with a token of `npm run -s token` in the first field, open an operation, ' +
    '**Try it out**, **Execute**. Search and retrieval need the token of a user: `npm run -s token -- --delegated`.',
  oidc: 'To try it: **Authorize** with a token of the configured issuer, open an operation, **Try it out**, **Execute**.',
};

/** The OpenAPI document: what the controllers and bodies declare, each version with what exists in it. */
export function createDocument(app: NestFastifyApplication, configuration: Configuration): OpenAPIObject {
  const { mode } = configuration.identity;
  const howToTry = HOW_TO_TRY[servesDocsToken(configuration) ? 'unasked' : mode];
  const builder = new DocumentBuilder()
    // The first version that can say "this object, or null".
    .setOpenAPIVersion('3.1.0')
    .setTitle('Graph Connections')
    .setDescription(`${DESCRIPTION}\n\n${howToTry}`)
    .setVersion('0.1.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'this server')
    .addTag('externalConnection', 'A connection to an external data source.')
    .addTag('schema', 'The properties that the items of a connection may have.')
    .addTag('connectionOperation', 'Long-running work started by an accepted request.')
    .addTag('externalItem', 'An item of the external data source that is indexed.')
    .addTag('externalActivity', 'What a user did with an item.')
    .addTag('externalGroup', 'A group of the external data source and its members.')
    .addTag('search', 'The search of a signed-in user.')
    .addTag('copilot', 'The retrieval that Copilot uses.')
    .addTag('batch', 'Many requests in one.');
  // Swagger UI keeps the order and puts the cursor here: the first field is the one to fill.
  builder.addBearerAuth({
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      mode === 'local'
        ? 'Any token of the local issuer: `npm run -s token` prints one.'
        : 'Any token of the configured issuer.',
  });
  if (mode === 'local') {
    builder.addOAuth2({
      type: 'oauth2',
      description:
        'Client credentials at the local issuer. The client secret is also in `local-identity.json`, in the data folder.',
      flows: {
        clientCredentials: {
          tokenUrl: `/${DEFAULT_DOMAIN}/oauth2/v2.0/token`,
          scopes: { [DEFAULT_SCOPE]: 'All permissions that the application has.' },
        },
      },
    });
  }
  const document = SwaggerModule.createDocument(app, builder.build(), {
    // A controller that serves two versions gets its methods as `create[0]` and `create[1]`.
    operationIdFactory: (controller, method) =>
      `${controller.replace(/Controller$/, '')}.${method.replace(/\[\d+\]$/, '')}`,
  });
  return detailSchemas(
    separateVersions(addErrorExamples(describePermissions(withoutUnknownSchemes(document)))),
  );
}

/** A route offers every way to bring a token; those that this configuration lacks go. */
function withoutUnknownSchemes(document: OpenAPIObject): OpenAPIObject {
  const known = document.components?.securitySchemes ?? {};
  for (const operation of operationsOf(document)) {
    operation.security = operation.security?.filter((way) => Object.keys(way).every((name) => name in known));
  }
  return document;
}

/** A document that is served: where, without its ending, and what a reader chooses it by. */
interface Published {
  readonly path: string;
  readonly name: string;
  readonly document: () => OpenAPIObject;
}

/** The document of everything, and one of each version: made when first asked for. */
export function publishedDocuments(app: NestFastifyApplication, configuration: Configuration): Published[] {
  let whole: OpenAPIObject | undefined;
  const document = (): OpenAPIObject => (whole ??= createDocument(app, configuration));
  return [
    { path: 'openapi', name: GRAPH_VERSIONS.join(' and '), document },
    ...GRAPH_VERSIONS.map((version) => ({
      path: `openapi-${version}`,
      name: version,
      document: () => documentOf(document(), version),
    })),
  ];
}

/** Swagger UI at /docs, where one chooses a version; the documents as JSON and YAML; and the way from / to it. */
export function setUpDocuments(app: NestFastifyApplication, configuration: Configuration): void {
  const published = publishedDocuments(app, configuration);
  for (const { path, document } of published) {
    SwaggerModule.setup(path, app, document, {
      ui: false,
      raw: ['json', 'yaml'],
      jsonDocumentUrl: `${path}.json`,
      yamlDocumentUrl: `${path}.yaml`,
    });
  }
  // The page has no document of its own: it loads the chosen one.
  SwaggerModule.setup('docs', app, {} as OpenAPIObject, {
    raw: false,
    explorer: true,
    customSiteTitle: 'Graph Connections',
    swaggerOptions: {
      urls: published.map(({ path, name }) => ({ url: `/${path}.json`, name })),
      persistAuthorization: true,
      displayRequestDuration: true,
      defaultModelsExpandDepth: 0,
      ...(configuration.identity.mode === 'local'
        ? { initOAuth: { clientId: FIRST_APP_ID, scopes: [DEFAULT_SCOPE] } }
        : {}),
      ...(servesDocsToken(configuration) ? { requestInterceptor: authorizeByItself } : {}),
    },
  });
  app
    .getHttpAdapter()
    .getInstance()
    .get('/', (_request, reply) => reply.redirect('/docs'));
}
