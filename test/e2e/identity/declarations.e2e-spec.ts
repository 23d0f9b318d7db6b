import { Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../src/config/configuration.js';
import { ConfigurationModule } from '../../../src/config/configuration.module.js';
import { NOT_BUILT } from '../../../src/graph/http/route-table.js';
import { GraphModule } from '../../../src/graph/graph.module.js';
import { IdentityModule } from '../../../src/identity/identity.module.js';
import {
  PERMISSIONS_EXTENSION,
  Public,
  RequirePermissions,
} from '../../../src/identity/permissions/require-permissions.js';
import { createDocument } from '../../../src/openapi/documents.js';
import {
  AS_ANOTHER,
  BETA_ALONE,
  NOT_OF_THIS_API,
  opening,
  registered,
  registry,
  routeName,
} from '../../support/contract.js';
import { type Route, routesOf } from '../../support/routes.js';
import { temporaryFolder, useServer } from '../../support/server.js';

describe('The permission declarations of the application', () => {
  const server = useServer();
  let routes: Route[];
  beforeAll(async () => {
    routes = routesOf(server.app);
  });

  it('are those of the registry, route by route and in its order', () => {
    const declared = routes.filter((route) => route.declared !== undefined);
    expect(declared.length).toBeGreaterThanOrEqual(6);
    for (const { handler, method, path, declared: permissions } of declared) {
      const [, version, ...rest] = path.split('/');
      expect(['beta', 'v1.0'], handler).toContain(version);
      const entry = registered(method, `/${rest.join('/')}`);
      expect(entry, `${method} ${path} is in no registry, and not on the list AS_ANOTHER`).toBeDefined();
      expect({ handler, method, path, ...permissions }).toEqual({
        handler,
        method,
        path,
        delegated: opening(entry, 'delegated'),
        application: opening(entry, 'application'),
      });
    }
  });

  /** What the registry asks for, that the application has not in a version. */
  function missing(version: string): string[] {
    const built = new Set(
      routes
        .filter(({ path, declared }) => declared !== undefined && path.startsWith(`/${version}/`))
        .map(({ method, path }) => routeName(method, path)),
    );
    return [...registry().keys()].filter(
      (name) =>
        !built.has(name) &&
        !NOT_OF_THIS_API.includes(name) &&
        !(version === 'v1.0' && BETA_ALONE.includes(name)),
    );
  }

  it.each(['beta', 'v1.0'])(
    'leave out no route of the registry in %s, but those on the list of what is not built',
    (version) => {
      const notBuilt = NOT_BUILT.flatMap(({ methods, path }) =>
        methods.map((method) => routeName(method, `/${path}`)),
      );
      expect(missing(version).filter((name) => !notBuilt.includes(name))).toEqual([]);
    },
  );

  it('are compared by lists that name nothing without need', () => {
    for (const [name, other] of Object.entries(AS_ANOTHER)) {
      expect(registry().has(name), `${name} is in the registry`).toBe(false);
      expect(registry().has(other), `${other} is not in the registry`).toBe(true);
    }
    for (const name of [...NOT_OF_THIS_API, ...BETA_ALONE]) {
      expect(registry().has(name), `${name} is not in the registry`).toBe(true);
    }
  });

  const names = (condition: (route: Route) => boolean): string[] =>
    routes
      .filter(condition)
      .map(({ method, path }) => `${method} ${path}`)
      .toSorted();

  it('leave open what belongs to health, identity and the service model, and nothing else', () => {
    expect(names(({ access }) => access === 'public')).toEqual([
      'GET /:tenant/.well-known/openid-configuration',
      'GET /:tenant/discovery/instance',
      'GET /:tenant/discovery/keys',
      'GET /:tenant/discovery/v2.0/keys',
      'GET /:tenant/v2.0/.well-known/openid-configuration',
      'GET /beta',
      'GET /beta/$metadata',
      'GET /health/live',
      'GET /health/ready',
      'GET /v1.0',
      'GET /v1.0/$metadata',
      'POST /:tenant/oauth2/token',
      'POST /:tenant/oauth2/v2.0/token',
      'POST /docs/token',
    ]);
  });

  it('leave to any token a batch, whose requests are permitted one by one, and what is always refused', () => {
    expect(names(({ access }) => access === 'token')).toEqual([
      'DELETE /beta/external/connections/:id/schema',
      'DELETE /v1.0/external/connections/:id/schema',
      'POST /beta/$batch',
      'POST /beta/external/connections/:id/items',
      'POST /v1.0/$batch',
      'POST /v1.0/external/connections/:id/items',
    ]);
  });

  it('leave no route out', () => {
    expect(names(({ access }) => access === undefined)).toEqual([]);
  });

  it('stand in the OpenAPI document as the registry has them, with no personal accounts', () => {
    const { paths } = createDocument(server.app, server.configuration);
    const documented = Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations as Record<string, Record<string, unknown>>)
        .filter(([, operation]) => PERMISSIONS_EXTENSION in operation)
        .map(([method, operation]) => ({
          route: `${method.toUpperCase()} ${path}`,
          permissions: operation[PERMISSIONS_EXTENSION],
        })),
    );
    const expected = routes
      .filter(({ declared }) => declared !== undefined)
      .map(({ method, path }) => {
        const entry = registered(method, path.replace(/^\/(beta|v1\.0)/, ''));
        return {
          route: `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
          permissions: {
            delegatedWork: opening(entry, 'delegated'),
            delegatedPersonal: [],
            application: opening(entry, 'application'),
          },
        };
      });
    const byRoute = (a: { route: string }, b: { route: string }): number => a.route.localeCompare(b.route);
    expect(documented.toSorted(byRoute)).toEqual(expected.toSorted(byRoute));
  });
});

@Controller('beta/undeclared')
class UndeclaredController {
  @Get()
  read(): string {
    return 'open to everyone';
  }

  @Post()
  @RequirePermissions({ delegated: [], application: ['ExternalItem.Read.All'] })
  declared(): string {
    return 'open to some';
  }

  @Get(':id')
  forgotten(): string {
    return 'open to everyone';
  }

  helper(): string {
    return 'no route';
  }
}

@Controller('beta/half')
class HalfOpenController {
  @Get()
  @Public()
  open(): string {
    return 'open to everyone, and said so';
  }

  @Post()
  closed(): string {
    return 'nobody said';
  }
}

@Controller('open')
class OpenController {
  @Get()
  @Public()
  read(): string {
    return 'open to everyone, and said so';
  }
}

describe('An application', () => {
  const folder = temporaryFolder();
  afterAll(folder.remove);

  async function appWith(controllers: (new () => object)[]): Promise<NestFastifyApplication> {
    const configuration = loadConfiguration({ DATA_DIR: folder.path });
    const identity = await IdentityModule.with(configuration);
    @Module({ imports: [ConfigurationModule.with(configuration), GraphModule, identity], controllers })
    class TinyModule {}
    return NestFactory.create<NestFastifyApplication>(TinyModule, new FastifyAdapter() as never, {
      logger: false,
      abortOnError: false,
    });
  }

  it('does not start with routes that declare nothing, and names their handlers', async () => {
    const app = await appWith([UndeclaredController, OpenController, HalfOpenController]);
    await expect(app.init()).rejects.toThrow(
      /^These routes declare neither .*: UndeclaredController\.read, UndeclaredController\.forgotten, HalfOpenController\.closed$/,
    );
    await app.close().catch(() => undefined);
  });

  it('starts with routes that are declared open', async () => {
    const app = await appWith([OpenController]);
    await app.init();
    await app.getHttpAdapter().getInstance().ready();
    const { statusCode } = await app.inject({ url: '/open' });
    expect(statusCode).toBe(200);
    await app.close();
  });
});
