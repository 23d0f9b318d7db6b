import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../clock.js';
import { contextOf, type RequestContext } from '../http/request-context.js';
import { commonHeaders } from '../http/response-headers.js';
import { RouteTable } from '../http/route-table.js';
import { GraphError } from './graph-error.js';
import { renderGraphError } from './render.js';
import { loggable } from './loggable.js';
import { isSelfRendering } from './self-rendering.js';
import { toGraphError } from './translate.js';

/** What a file server says of a name that it has no file for, or never will have. */
const isNoPage = (thrown: unknown, { version }: RequestContext): boolean =>
  version === undefined && thrown instanceof HttpException && thrown.getStatus() < 500;

/** Renders every failure: of handlers, guards and pipes, of hooks, of the router, and of what is no request at all. */
@Catch()
export class GraphErrorFilter implements ExceptionFilter {
  constructor(
    private readonly clock: Clock,
    private readonly routes: RouteTable,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.send(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Answers a request with an error; also for the router's own refusals, which never reach Nest. */
  send(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (reply.sent) return;
    const ids = contextOf(request);
    if (isSelfRendering(thrown)) {
      const body = thrown.body(ids.requestId, ids.clientRequestId, this.clock.now());
      void reply
        .code(thrown.status)
        .headers({
          ...commonHeaders(ids),
          ...thrown.headers,
          'content-type': 'application/json; charset=utf-8',
        })
        .send(body);
      return;
    }
    const error =
      (request.is404 && !(thrown instanceof GraphError)) || isNoPage(thrown, ids)
        ? this.routes.explain(request.method, request.url)
        : toGraphError(thrown);
    if (error.status >= 500 && error.cause !== undefined)
      request.log.error({ err: loggable(error.cause) }, error.code);
    void reply
      .code(error.status)
      .headers({ ...commonHeaders(ids), ...error.headers, 'content-type': 'application/json' })
      .send(Buffer.from(renderGraphError(error, ids, this.clock.now())));
  }
}
