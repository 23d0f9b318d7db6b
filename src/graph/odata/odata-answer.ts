import { createParamDecorator, type ExecutionContext, type Type } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { searchOf } from '../http/parameters.js';
import type { Steps } from '../turns.js';
import { contextOf, ODATA_CONTENT_TYPE } from '../http/request-context.js';
import { type MetadataLevel, metadataLevelOf, withFullMetadata, withoutMetadata } from './metadata-levels.js';
import type { QueryOptions } from './query/options.js';
import { isPage, type Page } from './query/page.js';
import { nextLink } from './query/query-string.js';
import { applySelect, type Selection } from './query/select.js';

/** What OData puts around the answer of a route. */
export interface Envelope {
  /**
   * One entity of a collection (with `Location` when it was created), the one entity of its path (OData 4.01 part 1, section
   * 10.4), or a page of a collection: `@odata.count` if asked for, `value`, `@odata.nextLink`.
   */
  readonly kind: 'entity' | 'singleton' | 'collection';
  /** The path of the collection, below the version; `{name}` stands for a parameter of the route. */
  readonly collection: string;
  /** Of the entities; without it they have no address of their own. */
  readonly type?: Type;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Without one, the handler's answer stays as it is. */
    answer?: Envelope;
  }
}

/** The properties that `$select` names, as `@odata.context` shows them: `(id,name)`. */
function selectedNames(selection: Selection | undefined): string {
  if (selection === undefined || selection.all) return '';
  return `(${[...selection.properties.keys()].join(',')})`;
}

const PARAMETER = /\{(\w+)\}/g;

/** The path of a collection, with the keys of the request in it. */
const pathOf = (collection: string, { params }: FastifyRequest): string =>
  collection.replaceAll(PARAMETER, (_, name: string) => (params as Record<string, string>)[name] ?? '');

/** The absolute address of an entity of a collection: keys are segments of their own in it. */
function entityAddress(request: FastifyRequest, collection: string, id: string): string {
  const { origin, version } = contextOf(request);
  const path = pathOf(collection, request).replaceAll(/\('([^']*)'\)/g, '/$1');
  return `${origin}/${version}/${path}/${encodeURIComponent(id)}`;
}

/**
 * Wraps what a handler returned as OData does (docs/contract/api.md#2.2.1, #2.2.2, #6.2 and #6.5), for Fastify's
 * `preSerialization`: errors are no objects by then. Links are absolute and of the origin that the client used
 * (docs/contract/clients.md#5).
 */
export function* odataAnswer(request: FastifyRequest, reply: FastifyReply, value: object): Steps<object> {
  const { answer } = request.routeOptions.config;
  if (answer === undefined) return value;
  const { origin, version } = contextOf(request);
  const root = `${origin}/${version}`;
  const level = metadataLevelOf(request.queryOptions?.format ?? request.headers.accept);
  void reply.header('content-type', CONTENT_TYPES[level]).header('odata-version', '4.0');
  if (reply.statusCode === 201) {
    const { id } = value as { id: string };
    void reply.header('location', entityAddress(request, answer.collection, id));
  }
  const entity = answer.kind !== 'collection';
  const names = selectedNames(request.queryOptions?.select);
  const path = pathOf(answer.collection, request);
  const annotate = annotator(answer, level, `${root}/${path}`, request);
  const body = {
    '@odata.context': `${root}/$metadata#${path}${names}${answer.kind === 'entity' ? '/$entity' : ''}`,
    ...(entity
      ? yield* annotate(value, entityBody(value, addressOf(request), request))
      : yield* page(value as Page<object>, request, annotate)),
  };
  return level === 'none' ? yield* withoutMetadata(body) : body;
}

/** Puts the annotations of the level into the body of an entity. */
type Annotate = (entity: object, body: object) => Steps<object>;

// eslint-disable-next-line require-yield
const AS_IT_IS: Annotate = function* (_, body) {
  return body;
};

function annotator(
  { type }: Envelope,
  level: MetadataLevel,
  address: string,
  request: FastifyRequest,
): Annotate {
  if (level !== 'full' || type === undefined) return AS_IT_IS;
  const { version = 'beta' } = contextOf(request);
  const { select } = request.queryOptions ?? {};
  const keyed = (id: string | undefined): string =>
    id === undefined ? address : `${address}('${encodeURIComponent(id.replaceAll("'", "''"))}')`;
  return (entity, body) =>
    withFullMetadata(type, body, keyed((entity as { id?: string }).id), version, select?.all ?? true);
}

function* page(
  { rows, count, skipToken }: Page<object>,
  request: FastifyRequest,
  annotate: Annotate,
): Steps<object> {
  const { version = 'beta' } = contextOf(request);
  const address = addressOf(request);
  let value = rows;
  if (!isPlain(request.queryOptions) || annotate !== AS_IT_IS) {
    const bodies: object[] = [];
    for (const row of rows)
      bodies.push(yield* annotate(row, entityBody(row, `${address}/${(row as { id: string }).id}`, request)));
    value = bodies;
  }
  return {
    ...(count === undefined ? {} : { '@odata.count': count }),
    value,
    ...(skipToken === undefined
      ? {}
      : { '@odata.nextLink': nextLink(address, searchOf(request.url), skipToken, version) }),
  };
}

/** The selected properties, and what is expanded. */
function entityBody(value: object, address: string, { queryOptions }: FastifyRequest): object {
  const { expand = [], select } = queryOptions ?? {};
  if (expand.length === 0) return applySelect(value, select);
  const all = value as Record<string, object | null | undefined>;
  const own = Object.fromEntries(Object.entries(all).filter(([name]) => !expand.includes(name)));
  const expanded = expand.map((navigation) => expansion(navigation, all[navigation] ?? null, address));
  return Object.assign({}, applySelect(own, select), ...expanded) as object;
}

const addressOf = (request: FastifyRequest): string =>
  contextOf(request).origin + request.url.split('?', 1)[0]!;

const isPlain = (options: QueryOptions | undefined): boolean =>
  options === undefined || (options.select === undefined && options.expand.length === 0);

/** An expanded navigation property: an entity, or the first page of a collection and the way to the next. */
function expansion(navigation: string, expanded: object | null, address: string): object {
  if (expanded === null || !isPage(expanded)) return { [navigation]: expanded };
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

/** Says in `Location` which operation goes on behind an answer that has no body (docs/contract/api.md#2.2.6). */
export type Locate = (operation: { readonly id: string }) => void;

/** @param collection of the operations; `{name}` stands for a parameter of the route */
export const OperationLocation = (collection: string): ParameterDecorator =>
  createParamDecorator((_: unknown, context: ExecutionContext): Locate => {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    return ({ id }) => void reply.header('location', entityAddress(request, collection, id));
  })();
