import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { QueryModel } from '../odata/query/model.js';
import { parseQueryOptions, type QueryOptions } from '../odata/query/options.js';
import type { Option } from '../odata/query/query-string.js';
import { contextOf, type GraphVersion } from './request-context.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request asks of the answer; the envelope selects by it. */
    queryOptions?: QueryOptions;
  }
}

/** The raw query string of an address, without its question mark. */
export function searchOf(url: string): string {
  const start = url.indexOf('?');
  return start === -1 ? '' : url.slice(start + 1);
}

/**
 * The query options of the request, of those that the route supports.
 * @param model what they may say; of a version, where versions show the same row otherwise
 * @throws queryOptionNotValid, queryPropertyNotFound
 */
export const Query = (
  model: QueryModel | ((version: GraphVersion) => QueryModel),
  allowed: ReadonlySet<Option>,
): ParameterDecorator => {
  // Most requests have no options, and need not be parsed each time.
  const none = new Map<GraphVersion, QueryOptions>();
  const parsed = (search: string, version: GraphVersion): QueryOptions =>
    parseQueryOptions(search, version, allowed, typeof model === 'function' ? model(version) : model);
  const optionsOf = (search: string, version: GraphVersion): QueryOptions => {
    if (search !== '') return parsed(search, version);
    let options = none.get(version);
    if (options === undefined) none.set(version, (options = parsed('', version)));
    return options;
  };
  return createParamDecorator((_: unknown, context: ExecutionContext): QueryOptions => {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    request.queryOptions = optionsOf(searchOf(request.url), contextOf(request).version ?? 'beta');
    return request.queryOptions;
  })();
};
