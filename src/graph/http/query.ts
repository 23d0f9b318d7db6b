import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
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
 * The query options of the request, of those that the route declares.
 * @throws queryOptionNotValid, queryPropertyNotFound
 */
export const Query = createParamDecorator((_: unknown, context: ExecutionContext): QueryOptions => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const read = request.routeOptions.config.queryOptions!;
  request.queryOptions = read(searchOf(request.url), contextOf(request).version ?? 'beta');
  return request.queryOptions;
});
