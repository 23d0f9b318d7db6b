import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { contextOf, type GraphVersion } from './request-context.js';

/** The version of Graph that the request speaks. */
export const Version = createParamDecorator(
  (_: unknown, context: ExecutionContext): GraphVersion =>
    contextOf(context.switchToHttp().getRequest<FastifyRequest>()).version ?? 'beta',
);
