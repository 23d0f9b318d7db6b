import { AsyncLocalStorage } from 'node:async_hooks';
import { type EventEmitter, setMaxListeners } from 'node:events';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** The batch that a request is of: the client waits on its connection. */
export const batchOfRequest = new AsyncLocalStorage<FastifyRequest>();

const signals = new WeakMap<EventEmitter, AbortSignal>();

/** One for each connection, since a batch has many requests on one. */
function closing({ socket }: FastifyRequest['raw']): AbortSignal {
  const known = signals.get(socket);
  if (known !== undefined) return known;
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  const close = (): void => controller.abort();
  if (socket.destroyed) close();
  else socket.once('close', close);
  signals.set(socket, controller.signal);
  return controller.signal;
}

/**
 * Aborted when the client closes its connection: nobody waits for the answer any more. Fastify's own `request.signal` does
 * not tell of it once the body is read.
 */
export const ClientLeft = createParamDecorator((_: unknown, context: ExecutionContext): AbortSignal => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  return closing((batchOfRequest.getStore() ?? request).raw);
});
