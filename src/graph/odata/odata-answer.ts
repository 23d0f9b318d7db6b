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
import { searchOf } from '../http/query.js';
import { contextOf } from '../http/request-context.js';
import { ODATA_CONTENT_TYPE } from '../http/response-headers.js';
import { type MetadataLevel, metadataLevelOf, withoutMetadata } from './metadata-level.js';
import { nextLink } from './query/next-link.js';
import type { QueryOptions } from './query/options.js';
import type { Page } from './query/page.js';
import { applySelect, type Selection } from './query/select.js';

const ANSWER = 'graph:answer';

interface Answer {
  readonly kind: 'entity' | 'collection' | 'operation';
  /** The path of the collection, below the version; `{name}` stands for a parameter of the route. */
  readonly collection: string;
}

/** The answer is one entity of a collection: with `@odata.context`, and with `Location` when it was created. */
export const AnswersEntity = (collection: string): MethodDecorator =>
  SetMetadata(ANSWER, { kind: 'entity', collection } satisfies Answer);

/** The answer is a page of a collection: `@odata.context`, `@odata.count` if asked for, `value`, `@odata.nextLink`. */
export const AnswersCollection = (collection: string): MethodDecorator =>
  SetMetadata(ANSWER, { kind: 'collection', collection } satisfies Answer);

/** The answer has no body; its `Location` is the operation, of the given collection, that goes on behind it. */
export const AnswersOperation = (collection: string): MethodDecorator =>
  SetMetadata(ANSWER, { kind: 'operation', collection } satisfies Answer);

/** A path with keys in parentheses as an address with keys in segments of their own: `connections('id')` is `connections/id`. */
const locationOf = (path: string): string => path.replaceAll(/\('([^']*)'\)/g, '/$1');

/** The properties that `$select` names, as `@odata.context` shows them: `(id,name)`. */
function selectedNames(selection: Selection | undefined): string {
  if (selection === undefined || selection.all) return '';
  return `(${[...selection.properties.keys()].join(',')})`;
}

/**
 * Wraps what a handler returns as OData does (contract, api.md sections 2.2.1, 2.2.2, 6.2 and 6.5). Links are absolute
 * and of the origin that the client used (clients.md 5).
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

  private wrap(
    answer: Answer,
    value: object,
    request: FastifyRequest,
    reply: FastifyReply,
  ): object | undefined {
    const { origin, version } = contextOf(request);
    const root = `${origin}/${version}`;
    const path = answer.collection.replaceAll(
      /\{(\w+)\}/g,
      (_, name: string) => (request.params as Record<string, string>)[name] ?? '',
    );
    const locate = ({ id }: { id?: string }): unknown =>
      reply.header('location', `${root}/${locationOf(path)}/${encodeURIComponent(id!)}`);
    if (answer.kind === 'operation') {
      locate(value);
      return undefined;
    }
    const level = metadataLevelOf(request.headers.accept);
    void reply.header('content-type', CONTENT_TYPES[level]);
    void reply.header('odata-version', '4.0');
    if (reply.statusCode === 201) locate(value);
    const selection = request.queryOptions?.select;
    const entity = answer.kind === 'entity';
    const body = {
      '@odata.context': `${root}/$metadata#${path}${selectedNames(selection)}${entity ? '/$entity' : ''}`,
      ...(entity
        ? this.entity(value, addressOf(request), request)
        : this.page(value as Page<object>, request)),
    };
    return level === 'none' ? withoutMetadata(body) : body;
  }

  private page({ rows, count, skipToken }: Page<object>, request: FastifyRequest) {
    const { version = 'beta' } = contextOf(request);
    const address = addressOf(request);
    const value = isPlain(request.queryOptions)
      ? rows
      : rows.map((row) => this.entity(row, `${address}/${(row as { id: string }).id}`, request));
    return {
      ...(count === undefined ? {} : { '@odata.count': count }),
      value,
      ...(skipToken === undefined
        ? {}
        : { '@odata.nextLink': nextLink(address, searchOf(request.url), skipToken, version) }),
    };
  }

  /** The selected properties, and what is expanded. */
  private entity(value: object, address: string, { queryOptions }: FastifyRequest): object {
    const [navigation] = queryOptions?.expand ?? [];
    if (navigation === undefined) return applySelect(value, queryOptions?.select);
    const { [navigation]: expanded, ...own } = value as Record<string, object | null>;
    return { ...applySelect(own, queryOptions?.select), ...expansion(navigation, expanded ?? null, address) };
  }
}

const addressOf = (request: FastifyRequest): string =>
  contextOf(request).origin + request.url.split('?', 1)[0]!;

const isPlain = (options: QueryOptions | undefined): boolean =>
  options === undefined || (options.select === undefined && options.expand.length === 0);

const isPage = (value: object | null): value is Page<object> => value !== null && 'rows' in value;

/** An expanded navigation property: an entity, or the first page of a collection and the way to the next. */
function expansion(navigation: string, expanded: object | null, address: string): object {
  if (!isPage(expanded)) return { [navigation]: expanded };
  const { rows, skipToken } = expanded;
  return {
    [navigation]: rows,
    ...(skipToken === undefined
      ? {}
      : { [`${navigation}@odata.nextLink`]: `${address}/${navigation}?$skiptoken=${skipToken}` }),
  };
}

const CONTENT_TYPES: Record<MetadataLevel, string> = {
  none: ODATA_CONTENT_TYPE.replace('=minimal', '=none'),
  minimal: ODATA_CONTENT_TYPE,
  full: ODATA_CONTENT_TYPE.replace('=minimal', '=full'),
};
