import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiOAuth2 } from '@nestjs/swagger';
import { RouteSettings } from '../../graph/http/route-settings.js';
import type { PermissionDeclaration } from './permissions.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call the route: who holds one of these permissions, who has any valid token, or everybody. */
    access?: PermissionDeclaration | 'token' | 'public';
  }
}

/** The name of the OpenAPI extension that shows the declaration. */
export const PERMISSIONS_EXTENSION = 'x-ms-permissions';

/** What client credentials ask for: all permissions that the application has. */
export const DEFAULT_SCOPE = 'https://graph.microsoft.com/.default';

const needsToken = (access: PermissionDeclaration | 'token'): MethodDecorator =>
  applyDecorators(RouteSettings({ access }), ApiOAuth2([DEFAULT_SCOPE]), ApiBearerAuth());

/**
 * Declares which permissions open a route; one of them is enough. The guard enforces it, the OpenAPI document shows it,
 * and a test compares it with the registry.
 */
export const RequirePermissions = (declaration: PermissionDeclaration): MethodDecorator =>
  applyDecorators(
    needsToken(declaration),
    ApiExtension(PERMISSIONS_EXTENSION, {
      delegatedWork: declaration.delegated,
      delegatedPersonal: [],
      application: declaration.application,
    }),
  );

/** Declares that a route needs a valid token and no permission: what it does is permitted elsewhere (a batch). */
export const RequireToken = (): MethodDecorator => needsToken('token');

/** Declares that a route needs no token: health, identity. */
export const Public = (): MethodDecorator => RouteSettings({ access: 'public' });
