import { Injectable, type OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { PERMISSION_DECLARATION, PUBLIC, TOKEN_ALONE } from './require-permissions.js';

/** Stops the start of an application that has a route of which nobody said who may call it. */
@Injectable()
export class DeclarationCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  /** @throws Error naming every handler without `@RequirePermissions`, `@RequireToken` or `@Public` */
  onModuleInit(): void {
    const undeclared = this.discovery.getControllers().flatMap(({ metatype }) => {
      if (typeof metatype !== 'function') return [];
      const prototype = metatype.prototype as Record<string, () => unknown>;
      return this.scanner
        .getAllMethodNames(prototype)
        .filter((name) => {
          const handler = prototype[name]!;
          return (
            this.reflector.get<unknown>(METHOD_METADATA, handler) !== undefined &&
            this.reflector.get<unknown>(PERMISSION_DECLARATION, handler) === undefined &&
            this.reflector.get<unknown>(TOKEN_ALONE, handler) === undefined &&
            this.reflector.getAllAndOverride<unknown>(PUBLIC, [handler, metatype]) === undefined
          );
        })
        .map((name) => `${metatype.name}.${name}`);
    });
    if (undeclared.length > 0) {
      throw new Error(
        `These routes declare neither @RequirePermissions nor @Public: ${undeclared.join(', ')}`,
      );
    }
  }
}
