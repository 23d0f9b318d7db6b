import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { authorize, type PermissionDeclaration } from './permissions.js';
import type { AuthorizedCaller, Caller } from '../caller.js';

/**
 * Lets a caller in who holds one of the permissions that the route declares for its kind of token.
 * @throws permissionMissing (403)
 */
@Injectable()
export class PermissionGuard implements CanActivate {
  private readonly decided = new WeakMap<Caller, Map<PermissionDeclaration, AuthorizedCaller>>();

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { caller } = request;
    const { access } = request.routeOptions.config;
    if (access === 'public') return true;
    if (access === undefined || caller === undefined) return false;
    if (access !== 'token') request.authorizedCaller = this.authorized(caller, access);
    return true;
  }

  /** Decided once for each token and declaration: neither ever changes. */
  private authorized(caller: Caller, declaration: PermissionDeclaration): AuthorizedCaller {
    let decided = this.decided.get(caller);
    if (decided === undefined) this.decided.set(caller, (decided = new Map()));
    let authorized = decided.get(declaration);
    if (authorized === undefined) decided.set(declaration, (authorized = authorize(caller, declaration)));
    return authorized;
  }
}
