import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiBearerAuth, ApiExtension, ApiOAuth2 } from '@nestjs/swagger';
import { RouteSettings } from '../../graph/http/route-settings.js';
import type { PermissionDeclaration } from './permissions.js';

export const PERMISSION_DECLARATION = 'identity:permissions';
export const PUBLIC = 'identity:public';
export const TOKEN_ALONE = 'identity:token-alone';

/** The name of the OpenAPI extension that shows the declaration. */
export const PERMISSIONS_EXTENSION = 'x-ms-permissions';

/** What client credentials ask for: all permissions that the application has. */
export const DEFAULT_SCOPE = 'https://graph.microsoft.com/.default';

/** Read by the authentication hook, which runs before Nest knows the handler. */
export interface AuthenticatedRoute {
  readonly needsToken?: true;
}

/**
 * Declares which permissions open a route; one of them is enough. The guard enforces it, the OpenAPI document shows it,
 * and a test compares it with the registry.
 */
export const RequirePermissions = (declaration: PermissionDeclaration): MethodDecorator =>
  applyDecorators(
    SetMetadata(PERMISSION_DECLARATION, declaration),
    RouteSettings({ needsToken: true } satisfies AuthenticatedRoute),
    ApiOAuth2([DEFAULT_SCOPE]),
    ApiBearerAuth(),
    ApiExtension(PERMISSIONS_EXTENSION, {
      delegatedWork: declaration.delegated,
      delegatedPersonal: [],
      application: declaration.application,
    }),
  );

/** Declares that a route needs a valid token and no permission: what it does is permitted elsewhere (a batch). */
export const RequireToken = (): MethodDecorator =>
  applyDecorators(
    SetMetadata(TOKEN_ALONE, true),
    RouteSettings({ needsToken: true } satisfies AuthenticatedRoute),
    ApiOAuth2([DEFAULT_SCOPE]),
    ApiBearerAuth(),
  );

/** Declares that a route needs no token: health, identity. */
export const Public = (): ClassDecorator & MethodDecorator => SetMetadata(PUBLIC, true);
