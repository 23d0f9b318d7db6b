import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { GRAPH_WIDE, LIMITS } from './limits.js';
import { Throttler } from './throttler.js';

/**
 * Counts each call of a caller whom the permission guard let in, before anything of its body is read. A batch itself is
 * not counted: its requests come here one by one.
 * @throws requestThrottled (429)
 */
@Injectable()
export class ThrottlingGuard implements CanActivate {
  constructor(private readonly throttler: Throttler) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = request.authorizedCaller;
    if (caller === undefined) return true;
    const { limit: name } = request.routeOptions.config;
    const limits = name === undefined ? [GRAPH_WIDE] : [GRAPH_WIDE, LIMITS[name]];
    await this.throttler.count(limits.map((limit) => ({ limit, key: limit.key(caller, request) })));
    return true;
  }
}
