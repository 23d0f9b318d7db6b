import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route only explains that the operation does not exist, so `Allow` must not name its method. */
    alwaysRefused?: true;
  }
}

/** The settings that the decorators of a handler give its route. */
export const settingsOf = (handler: object): FastifyContextConfig =>
  (Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, handler) as FastifyContextConfig | undefined) ?? {};

/**
 * Adds settings to a route. Hooks, guards and parameters read them from `request.routeOptions.config`. Each folder declares
 * its settings in `FastifyContextConfig`. Nest's own `RouteConfig` replaces the settings of other decorators; this keeps them.
 */
export const RouteSettings =
  (settings: FastifyContextConfig): MethodDecorator =>
  (target, key, descriptor) =>
    RouteConfig({ ...settingsOf(descriptor.value as object), ...settings })(target, key, descriptor);
