import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Clock } from '../clock.js';
import { commonHeaders, contextOf, type RequestContext } from '../http/request-context.js';
import { RouteTable } from '../http/route-table.js';
import {
  type ErrorForm,
  GraphError,
  isSelfRendering,
  renderGraphError,
  type SelfRendering,
} from './graph-error.js';
import { loggable, refusalOf } from './failure-log.js';
import { Outage } from './outage.js';
import { toGraphError } from './translate.js';

/** Whether the file server of the documentation has no such file. */
const isNoPage = (thrown: unknown, { version }: RequestContext): boolean =>
  version === undefined &&
  thrown instanceof HttpException &&
  thrown.getStatus() < 500 &&
  thrown.getStatus() !== 415;

/** Renders every failure: of handlers, guards, pipes, hooks and the router, and of malformed HTTP. */
@Catch()
export class GraphErrorFilter implements ExceptionFilter {
  private otherForm: ErrorForm = () => undefined;

  constructor(
    private readonly clock: Clock,
    private readonly routes: RouteTable,
    private readonly outage: Outage,
  ) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.send(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Sets the error form of routes outside Graph. It also applies to failures outside their handlers. */
  setOtherForm(form: ErrorForm): void {
    this.otherForm = form;
  }

  /** Answers a request with an error. The router's own refusals, which never reach Nest, come here too. */
  send(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    if (reply.sent) return;
    if (isSelfRendering(thrown)) return this.sendOther(thrown, request, reply);
    const ids = contextOf(request);
    const error =
      (request.is404 && !(thrown instanceof GraphError)) || isNoPage(thrown, ids)
        ? this.routes.explain(request.method, request.url)
        : toGraphError(thrown);
    request.refusal = refusalOf(error);
    if (error.status >= 500 && error.cause !== undefined && !this.outage.explains(error.cause))
      request.log.error({ err: loggable(error.cause) }, error.code);
    const other = this.otherForm(error, request);
    if (other !== undefined) return this.sendOther(other, request, reply);
    void reply.send(this.render(error, request, reply));
  }

  /** The body of an error, whose status and headers the reply is given. */
  render(error: GraphError, request: FastifyRequest, reply: FastifyReply): Buffer {
    const ids = contextOf(request);
    void reply
      .code(error.status)
      .headers({ ...commonHeaders(ids), ...error.headers, 'content-type': 'application/json' });
    return Buffer.from(renderGraphError(error, ids, this.clock.now()));
  }

  private sendOther(error: SelfRendering, request: FastifyRequest, reply: FastifyReply): void {
    request.refusal = refusalOf(error);
    const ids = contextOf(request);
    void reply
      .code(error.status)
      .headers({
        ...commonHeaders(ids),
        ...error.headers,
        'content-type': 'application/json; charset=utf-8',
      })
      .send(error.body(ids.requestId, ids.clientRequestId, this.clock.now()));
  }
}
