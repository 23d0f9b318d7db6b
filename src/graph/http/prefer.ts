import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Whether the client prefers something that the route can do; said back in `Preference-Applied` (docs/contract/api.md#6.3). Other preferences are ignored, as RFC 7240 wants.
 */
export const Prefers = (preference: 'include-unknown-enum-members' | 'respond-async'): ParameterDecorator =>
  createParamDecorator((_: unknown, context: ExecutionContext): boolean => {
    const http = context.switchToHttp();
    const sent = [http.getRequest<FastifyRequest>().headers.prefer ?? []].flat().join(',');
    const preferred = sent.split(',').some((one) => one.trim().toLowerCase() === preference);
    if (preferred) void http.getResponse<FastifyReply>().header('preference-applied', preference);
    return preferred;
  })();
