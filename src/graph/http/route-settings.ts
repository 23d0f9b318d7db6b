import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route only says why there is no such operation: `Allow` must not name its method. */
    alwaysRefused?: true;
  }
}

/** What the decorators of a handler say of its route. */
export const settingsOf = (handler: object): FastifyContextConfig =>
  (Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as FastifyContextConfig | undefined) ?? {};

/**
 * Says something of a route. Hooks, guards and parameters all read it from `request.routeOptions.config`. Each room adds its
 * own settings to `FastifyContextConfig`. Nest's own `RouteConfig` replaces what another decorator said; this keeps it.
 */
export const RouteSettings =
  (settings: FastifyContextConfig): MethodDecorator =>
  (target, key, descriptor) =>
    RouteConfig({ ...settingsOf(descriptor.value as object), ...settings })(target, key, descriptor);
