import type { FastifyReply, FastifyRequest } from 'fastify';
import { contextOf } from '../graph/http/request-context.js';

/** One line a request: who, what, how it ended, how long it took. Never a token, a query or a body. */
export function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  request.log.info(
    {
      clientRequestId: contextOf(request).clientRequestId,
      method: request.method,
      path: request.url.split('?', 1)[0],
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 100) / 100,
      tenant: request.caller?.tenantId,
      app: request.caller?.appId,
    },
    'request',
  );
}
