import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Who calls, as the token says: of which tenant, through which application, and for which user if for any. */
export interface Caller {
  readonly kind: 'application' | 'delegated';
  readonly tenantId: string;
  readonly appId: string;
  readonly userId?: string;
  /** The directory groups of the user that the token names, direct and nested: GUIDs in lower case. */
  readonly groups?: readonly string[];
  readonly permissions: ReadonlySet<string>;
}

/** A caller whom the guard let in. `owned` means that only `…OwnedBy` permissions opened the route. */
export interface AuthorizedCaller extends Caller {
  readonly reach: 'owned' | 'all';
}

declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller;
    authorizedCaller?: AuthorizedCaller;
  }
}

/** The caller whom the guard let in. */
export const CurrentCaller = createParamDecorator(
  (_: unknown, context: ExecutionContext): AuthorizedCaller =>
    context.switchToHttp().getRequest<FastifyRequest>().authorizedCaller!,
);
