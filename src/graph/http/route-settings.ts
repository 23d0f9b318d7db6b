import { RouteConfig } from '@nestjs/platform-fastify';

const SETTINGS = 'graph:route-settings';

/**
 * What the decorators of a handler say of its route, for Fastify's hooks: they do not know the handler, and find it in
 * `request.routeOptions.config`. Nest's own `RouteConfig` forgets what another decorator said.
 */
export const RouteSettings =
  (settings: Readonly<Record<string, unknown>>): MethodDecorator =>
  (target, key, descriptor) => {
    const handler = descriptor.value as object;
    const all = { ...(Reflect.getMetadata(SETTINGS, handler) as object | undefined), ...settings };
    Reflect.defineMetadata(SETTINGS, all, handler);
    RouteConfig(all)(target, key, descriptor);
  };

interface RefusingRoute {
  readonly alwaysRefused?: true;
}

/** The route is there to say why there is no such thing: it is no method that `Allow` may name. */
export const AlwaysRefused = (): MethodDecorator =>
  RouteSettings({ alwaysRefused: true } satisfies RefusingRoute);

export const isAlwaysRefused = (config: unknown): boolean =>
  (config as RefusingRoute | undefined)?.alwaysRefused === true;
