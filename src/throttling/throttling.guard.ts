import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { GRAPH_WIDE, type LimitName, LIMITS } from './limits.js';
import { THROTTLED } from './throttled.js';
import { Throttler } from './throttler.js';

/**
 * Counts each call of a caller whom the permission guard let in, before anything of its body is read. A batch itself is
 * not counted: its requests come here one by one.
 * @throws requestThrottled (429)
 */
@Injectable()
export class ThrottlingGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly throttler: Throttler,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = request.authorizedCaller;
    if (caller === undefined) return true;
    const name = this.reflector.get<LimitName | undefined>(THROTTLED, context.getHandler());
    const limits = name === undefined ? [GRAPH_WIDE] : [GRAPH_WIDE, LIMITS[name]];
    await this.throttler.count(limits.map((limit) => ({ limit, key: limit.key(caller, request) })));
    return true;
  }
}
