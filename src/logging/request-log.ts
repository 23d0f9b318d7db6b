import type { FastifyReply, FastifyRequest } from 'fastify';
import { printable, printablePath } from '../graph/errors/failure-log.js';
import { contextOf } from '../graph/http/request-context.js';

const LONGEST_ID = 256;

/**
 * One line a request: who, what, how it ended, how long it took, and why it was refused. Never a token, a query or a
 * body, of which the reason alone may quote a part.
 */
export function logRequest(request: FastifyRequest, reply: FastifyReply): void {
  request.log.info(
    {
      clientRequestId: printable(contextOf(request).clientRequestId, LONGEST_ID),
      method: request.method,
      path: printablePath(request.url),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 100) / 100,
      tenant: request.caller?.tenantId,
      app: request.caller?.appId,
      error: request.refusal,
    },
    'request',
  );
}
