import { Controller, Get, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../src/config/configuration.js';
import { ConfigurationModule } from '../../../src/config/configuration.module.js';
import { GraphModule } from '../../../src/graph/graph.module.js';
import { IdentityModule } from '../../../src/identity/identity.module.js';
import {
  PERMISSIONS_EXTENSION,
  Public,
  RequirePermissions,
} from '../../../src/identity/permissions/require-permissions.js';
import { createDocument } from '../../../src/openapi/documents.js';
import { CONTRACT, contractTable, opening, permissionTable, registered } from '../../support/contract.js';
import { type Route, routesOf } from '../../support/routes.js';
import { startServer, temporaryFolder, type TestServer } from '../../support/server.js';

describe('The permission declarations of the application', () => {
  let server: TestServer;
  let routes: Route[];
  beforeAll(async () => {
    server = await startServer();
    routes = routesOf(server.app);
  });
  afterAll(() => server.close());

  it('are those of the registry, route by route and in its order', () => {
    const declared = routes.filter((route) => route.declared !== undefined);
    expect(declared.length).toBeGreaterThanOrEqual(6);
    for (const { handler, method, path, declared: permissions } of declared) {
      const [, version, ...rest] = path.split('/');
      expect(['beta', 'v1.0'], handler).toContain(version);
      const entry = registered(method, `/${rest.join('/')}`);
      expect(entry, `${method} ${path} is in no registry`).toBeDefined();
      expect({ handler, method, path, ...permissions }).toEqual({
        handler,
        method,
        path,
        delegated: opening(entry, 'delegated'),
        application: opening(entry, 'application'),
      });
    }
  });

  const names = (condition: (route: Route) => boolean): string[] =>
    routes
      .filter(condition)
      .map(({ method, path }) => `${method} ${path}`)
      .toSorted();

  it('leave open what belongs to health, identity and the service model, and nothing else', () => {
    expect(names(({ open }) => open)).toEqual([
      'GET /:tenant/discovery/v2.0/keys',
      'GET /:tenant/v2.0/.well-known/openid-configuration',
      'GET /beta',
      'GET /beta/$metadata',
      'GET /health/live',
      'GET /health/ready',
      'GET /v1.0',
      'GET /v1.0/$metadata',
      'POST /:tenant/oauth2/v2.0/token',
    ]);
  });

  it('leave a batch to any token, for its requests are permitted one by one', () => {
    expect(names(({ tokenAlone }) => tokenAlone)).toEqual(['POST /beta/$batch', 'POST /v1.0/$batch']);
  });

  it('say one thing of every route', () => {
    const said = ({ open, tokenAlone, declared }: Route): number =>
      [open, tokenAlone, declared !== undefined].filter(Boolean).length;
    expect(names((route) => said(route) !== 1)).toEqual([]);
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
      .filter((route) => route.declared !== undefined)
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

  it.skipIf(contractTable() === undefined)(`are compared with a true copy of ${CONTRACT}`, () => {
    expect(permissionTable()).toEqual(contractTable());
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

@Public()
@Controller('open')
class OpenController {
  @Get()
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
