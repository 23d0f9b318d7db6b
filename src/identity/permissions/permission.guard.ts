import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { authorize, type PermissionDeclaration } from './permissions.js';
import type { AuthorizedCaller, Caller } from '../caller.js';
import { PERMISSION_DECLARATION, PUBLIC, TOKEN_ALONE } from './require-permissions.js';

/**
 * Lets a caller in who holds one of the permissions that the route declares for its kind of token.
 * @throws permissionMissing (403)
 */
@Injectable()
export class PermissionGuard implements CanActivate {
  private readonly decided = new WeakMap<Caller, Map<PermissionDeclaration, AuthorizedCaller>>();

  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const declaration = this.reflector.get<PermissionDeclaration | undefined>(
      PERMISSION_DECLARATION,
      context.getHandler(),
    );
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { caller } = request;
    if (declaration === undefined) {
      if (this.reflector.get<true | undefined>(TOKEN_ALONE, context.getHandler()))
        return caller !== undefined;
      return (
        this.reflector.getAllAndOverride<true | undefined>(PUBLIC, [
          context.getHandler(),
          context.getClass(),
        ]) ?? false
      );
    }
    if (caller === undefined) return false;
    request.authorizedCaller = this.authorized(caller, declaration);
    return true;
  }

  /** Decided once for each token and route: neither ever changes. */
  private authorized(caller: Caller, declaration: PermissionDeclaration): AuthorizedCaller {
    let decided = this.decided.get(caller);
    if (decided === undefined) this.decided.set(caller, (decided = new Map()));
    let authorized = decided.get(declaration);
    if (authorized === undefined) decided.set(declaration, (authorized = authorize(caller, declaration)));
    return authorized;
  }
}
