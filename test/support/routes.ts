import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { settingsOf } from '../../src/graph/http/route-settings.js';
import type { PermissionDeclaration } from '../../src/identity/permissions/permissions.js';
import '../../src/identity/permissions/require-permissions.js';

export interface Route {
  readonly handler: string;
  readonly method: string;
  readonly path: string;
  /** Who may call it: anybody, anybody with a token, or whoever has one of the permissions. */
  readonly access?: 'public' | 'token' | PermissionDeclaration;
  /** The permissions, if it declares any. */
  readonly declared?: PermissionDeclaration;
}

const metadata = (key: string, target: object): any => Reflect.getMetadata(key, target);

/** Every handler of every controller, as Nest itself finds them. */
export function routesOf(app: NestFastifyApplication): Route[] {
  const scanner = new MetadataScanner();
  return app
    .get(DiscoveryService, { strict: false })
    .getControllers()
    .flatMap(({ metatype }) => {
      const controller = metatype as { name: string; prototype: Record<string, object> };
      return scanner.getAllMethodNames(controller.prototype).flatMap((name) => {
        const handler = controller.prototype[name]!;
        const method: RequestMethod | undefined = metadata(METHOD_METADATA, handler);
        if (method === undefined) return [];
        const ends: string[] = [metadata(PATH_METADATA, handler) ?? ''].flat();
        const paths: string[] = [metadata(PATH_METADATA, controller) ?? '/']
          .flat()
          .flatMap((prefix) => ends.map((end) => `/${prefix}/${end}`));
        const { access } = settingsOf(handler);
        return paths.map((path) => ({
          handler: `${controller.name}.${name}`,
          method: RequestMethod[method],
          path: path.replaceAll(/\/+/g, '/').replace(/(?<=.)\/$/, ''),
          access,
          declared: typeof access === 'object' ? access : undefined,
        }));
      });
    });
}
