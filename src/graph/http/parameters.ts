import { AsyncLocalStorage } from 'node:async_hooks';
import { type EventEmitter, setMaxListeners } from 'node:events';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { resourceModified } from '../errors/catalogue/request.js';
import type { QueryModel } from '../odata/query/model.js';
import { parseQueryOptions, type QueryOptions } from '../odata/query/options.js';
import type { Option } from '../odata/query/query-string.js';
import { contextOf, type GraphVersion } from './request-context.js';

/** Reads the query options of a request from its raw query string. */
type OptionsReader = (search: string, version: GraphVersion) => QueryOptions;

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request asks of the answer; the envelope selects by it. */
    queryOptions?: QueryOptions;
  }
  interface FastifyContextConfig {
    /** How the route reads its query options. */
    queryOptions?: OptionsReader;
  }
}

/** The version of Graph that the request speaks. */
export const Version = createParamDecorator(
  (_: unknown, context: ExecutionContext): GraphVersion =>
    contextOf(context.switchToHttp().getRequest<FastifyRequest>()).version ?? 'beta',
);

/** The raw query string of an address, without its question mark. */
export function searchOf(url: string): string {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start + 1);
}

/**
 * How a route reads its query options.
 * @param model what they may say; of a version, where versions show the same row otherwise
 * @param allowed those that the route supports
 */
export function optionsReader(
  model: QueryModel | ((version: GraphVersion) => QueryModel),
  allowed: ReadonlySet<Option>,
): OptionsReader {
  // Most requests have no options, and need not be parsed each time.
  const none = new Map<GraphVersion, QueryOptions>();
  const parsed = (search: string, version: GraphVersion): QueryOptions =>
    parseQueryOptions(search, version, allowed, typeof model === 'function' ? model(version) : model);
  return (search, version) => {
    if (search !== '') return parsed(search, version);
    let options = none.get(version);
    if (options === undefined) none.set(version, (options = parsed('', version)));
    return options;
  };
}

/**
 * The query options of the request, of those that its operation declares.
 * @throws queryOptionNotValid, queryPropertyNotFound
 */
export const GraphQuery = createParamDecorator((_: unknown, context: ExecutionContext): QueryOptions => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const read = request.routeOptions.config.queryOptions!;
  request.queryOptions = read(searchOf(request.url), contextOf(request).version ?? 'beta');
  return request.queryOptions;
});

/**
 * Nothing has an ETag, so only `*` can match what there is (docs/contract/field.md#6). It is asked when all else lets the
 * request pass (RFC 9110, section 13.2.1).
 * @param source what it is, in the words of errors: `Connection`
 * @throws resourceModified
 */
export function assertUnmodified(ifMatch: string | undefined, source: string): void {
  if (ifMatch !== undefined && ifMatch.trim() !== '*') throw resourceModified(source);
}

/** The batch of an inner request: the client waits on the connection of the batch. */
export const batchOfRequest = new AsyncLocalStorage<FastifyRequest>();

const signals = new WeakMap<EventEmitter, AbortSignal>();

/** One signal for each connection, since a batch has many requests on one connection. */
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
