import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';
import { contextOf } from '../http/request-context.js';
import { ODATA_CONTENT_TYPE } from '../http/response-headers.js';

const ANSWER = 'graph:answer';

interface Answer {
  readonly kind: 'entity' | 'collection';
  /** The path of the collection, below the version; `{name}` stands for a parameter of the route. */
  readonly collection: string;
}

/** The answer is one entity of a collection: with `@odata.context`, and with `Location` when it was created. */
export const AnswersEntity = (collection: string): MethodDecorator =>
  SetMetadata(ANSWER, { kind: 'entity', collection } satisfies Answer);

/** The answer is a collection: `@odata.context` and `value`. */
export const AnswersCollection = (collection: string): MethodDecorator =>
  SetMetadata(ANSWER, { kind: 'collection', collection } satisfies Answer);

const wantsNoMetadata = (accept: string | undefined): boolean =>
  accept?.includes('odata.metadata=none') ?? false;

/**
 * Wraps what a handler returns as OData does (contract, api.md sections 2.2.1, 2.2.2 and 6.2). Links are absolute and
 * of the origin that the client used (clients.md 5).
 */
@Injectable()
export class ODataAnswerInterceptor implements NestInterceptor {
  constructor(private readonly reflector: Reflector) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const answer = this.reflector.get<Answer | undefined>(ANSWER, context.getHandler());
    if (answer === undefined) return next.handle();
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    return next.handle().pipe(map((value: object) => this.wrap(answer, value, request, reply)));
  }

  private wrap(answer: Answer, value: object, request: FastifyRequest, reply: FastifyReply): object {
    const { origin, version } = contextOf(request);
    const root = `${origin}/${version}`;
    const bare = wantsNoMetadata(request.headers.accept);
    void reply.header(
      'content-type',
      bare ? ODATA_CONTENT_TYPE.replace('=minimal', '=none') : ODATA_CONTENT_TYPE,
    );
    void reply.header('odata-version', '4.0');
    if (reply.statusCode === 201) {
      void reply.header(
        'location',
        `${root}/${answer.collection}/${encodeURIComponent((value as { id: string }).id)}`,
      );
    }
    const body = answer.kind === 'collection' ? { value } : value;
    if (bare) return body;
    const suffix = answer.kind === 'entity' ? '/$entity' : '';
    const path = answer.collection.replaceAll(
      /\{(\w+)\}/g,
      (_, name: string) => (request.params as Record<string, string>)[name] ?? '',
    );
    return { '@odata.context': `${root}/$metadata#${path}${suffix}`, ...body };
  }
}
