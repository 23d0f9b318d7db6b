import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { PermissionDeclaration } from '../../src/identity/permissions/permissions.js';
import {
  PERMISSION_DECLARATION,
  PUBLIC,
  TOKEN_ALONE,
} from '../../src/identity/permissions/require-permissions.js';

export interface Route {
  readonly handler: string;
  readonly method: string;
  readonly path: string;
  readonly declared?: PermissionDeclaration;
  readonly open: boolean;
  /** A token is enough. */
  readonly tokenAlone: boolean;
}

function metadata(key: string, ...targets: object[]): any {
  return targets.map((target) => Reflect.getMetadata(key, target)).find((value) => value !== undefined);
}

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
        return paths.map((path) => ({
          handler: `${controller.name}.${name}`,
          method: RequestMethod[method],
          path: path.replaceAll(/\/+/g, '/').replace(/(?<=.)\/$/, ''),
          declared: metadata(PERMISSION_DECLARATION, handler),
          open: metadata(PUBLIC, handler, controller) ?? false,
          tokenAlone: metadata(TOKEN_ALONE, handler) ?? false,
        }));
      });
    });
}
