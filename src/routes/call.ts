import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { contextOf, type GraphVersion } from '../graph/http/request-context.js';
import type { AuthorizedCaller } from '../identity/caller.js';

/** What an operation may be asked for by `Prefer` (docs/contract/api.md#6.3). */
export type Preference = 'include-unknown-enum-members' | 'respond-async';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route heeds `If-Match`. */
    ifMatch?: true;
    /** The one preference that the route heeds. */
    prefer?: Preference;
  }
}

/** Who calls an operation, and how it is to be done and answered. */
export interface Call {
  readonly caller: AuthorizedCaller;
  /** The version of Graph that the request speaks. */
  readonly version: GraphVersion;
  /** The ETag that the stored resource must have; only where the operation declares `ifMatch`. */
  readonly ifMatch?: string;
  /** Enumerations show members that came later; only where the operation declares this preference. */
  readonly includeUnknown?: boolean;
}

/** Whether the client has a preference; other preferences are ignored (RFC 7240). */
const isPreferred = ({ headers }: FastifyRequest, preference: Preference): boolean =>
  [headers.prefer ?? []]
    .flat()
    .join(',')
    .split(',')
    .some((one) => one.trim().toLowerCase() === preference);

/** The call that a request makes, for operations that declare permissions. A preference that is heeded is said back in `Preference-Applied`. */
export const CurrentCall = createParamDecorator((_: unknown, context: ExecutionContext): Call => {
  const http = context.switchToHttp();
  const request = http.getRequest<FastifyRequest>();
  const { ifMatch, prefer } = request.routeOptions.config;
  const preferred = prefer !== undefined && isPreferred(request, prefer);
  if (preferred) void http.getResponse<FastifyReply>().header('preference-applied', prefer);
  return {
    caller: request.authorizedCaller!,
    version: contextOf(request).version ?? 'beta',
    ifMatch: ifMatch && request.headers['if-match'],
    includeUnknown: preferred && prefer === 'include-unknown-enum-members',
  };
});
