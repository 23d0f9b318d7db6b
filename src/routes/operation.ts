import { applyDecorators, Header, HttpCode, type Type } from '@nestjs/common';
import {
  ApiBody,
  ApiExcludeEndpoint,
  ApiHeader,
  ApiOperation,
  ApiParam,
  type ApiParamOptions,
  ApiResponse,
  type ApiResponseOptions,
} from '@nestjs/swagger';
import { ApiGraphErrors, type ErrorStatus } from '../graph/errors/api-graph-errors.js';
import { optionsReader } from '../graph/http/parameters.js';
import { RouteSettings } from '../graph/http/route-settings.js';
import { ApiQueryOptions } from '../graph/odata/query/api-query-options.js';
import type { Option } from '../graph/odata/query/query-string.js';
import type { PermissionDeclaration } from '../identity/permissions/permissions.js';
import { RequirePermissions, RequireToken } from '../identity/permissions/require-permissions.js';
import type { LimitName } from '../throttling/limits.js';
import type { Answer } from './answers.js';
import type { Preference } from './call.js';
import { pathParametersOf } from './path-parameters.js';

/** Everything about a route that its verb, path and handler do not say. */
interface OperationDeclaration {
  readonly summary: string;
  readonly description: string;
  readonly deprecated?: boolean;
  /** One of them opens the route. `'token'`: any valid token does. */
  readonly permissions: PermissionDeclaration | 'token';
  /** The limit of calls, besides that of all routes. */
  readonly limit?: LimitName;
  readonly body?: Type;
  /** Of the body. */
  readonly examples?: Readonly<Record<string, { readonly summary?: string; readonly value: unknown }>>;
  /** The query options that the route supports, and what they may say; the handler gets them by `@GraphQuery`. */
  readonly query?: readonly [model: Parameters<typeof optionsReader>[0], options: ReadonlySet<Option>];
  readonly ifMatch?: true;
  readonly prefer?: Preference;
  readonly answer: Answer;
  /** Another answer than that of full success. */
  readonly partly?: ApiResponseOptions;
  /** Failures beyond those that follow from the rest. */
  readonly errors?: readonly ErrorStatus[];
}

const IF_MATCH_HEADER = {
  name: 'If-Match',
  required: false,
  description: "Only '*' matches: the resource has no ETag.",
};

const PREFERENCES: Record<Preference, string> = {
  'include-unknown-enum-members':
    '`include-unknown-enum-members`: labels and types that came later, which are `unknownFutureValue` otherwise.',
  'respond-async': '`respond-async`; the answer is the same without it.',
};

/** The failures that follow from a declaration; `ApiGraphErrors` adds those of every route. */
function errorsOf(
  { permissions, ifMatch, body, limit, errors = [] }: OperationDeclaration,
  path: readonly ApiParamOptions[],
): ErrorStatus[] {
  const statuses: ErrorStatus[] = permissions === 'token' ? [401] : [401, 403, 503];
  if (path.some(({ name }) => name === 'id')) statuses.push(404);
  if (ifMatch) statuses.push(412);
  if (body) statuses.push(413, 415);
  if (limit) statuses.push(429);
  return [...statuses, ...errors];
}

/**
 * Declares a route beside its verb. The guards, the hooks and the parameters of the handler work by this declaration, and
 * the OpenAPI document shows it. Path parameters are those that the handler takes.
 */
export const Operation =
  (declared: OperationDeclaration): MethodDecorator =>
  (target, key, descriptor) => {
    const { summary, description, deprecated, permissions, limit, body, query, prefer, answer } = declared;
    const path = pathParametersOf(target, key);
    applyDecorators(
      ApiGraphErrors(...errorsOf(declared, path)),
      ApiResponse({ status: answer.status, ...answer.shown }),
      ...(declared.partly ? [ApiResponse(declared.partly)] : []),
      ...(body ? [ApiBody({ type: body, examples: declared.examples })] : []),
      ...(declared.ifMatch ? [ApiHeader(IF_MATCH_HEADER)] : []),
      ...(prefer ? [ApiHeader({ name: 'Prefer', required: false, description: PREFERENCES[prefer] })] : []),
      ...(query ? [ApiQueryOptions(query[1])] : []),
      ...path.toReversed().map((parameter) => ApiParam(parameter)),
      ApiOperation({ summary, description, ...(deprecated ? { deprecated } : {}) }),
      permissions === 'token' ? RequireToken() : RequirePermissions(permissions),
      HttpCode(answer.status),
      RouteSettings({
        limit,
        prefer,
        ifMatch: declared.ifMatch,
        answer: answer.envelope,
        queryOptions: query && optionsReader(...query),
      }),
    )(target, key, descriptor);
  };

/** As text (OData 4.01 part 1, section 11.2.10). */
const NUMBER: Answer = {
  status: 200,
  shown: { description: 'The number.', content: { 'text/plain': { schema: { type: 'integer' } } } },
};

/** Declares the `$count` of a collection: how many entries its list would find. The handler answers the number as text. */
export const CountOperation = ({
  of,
  ...rest
}: Required<Pick<OperationDeclaration, 'permissions' | 'query'>> &
  Pick<OperationDeclaration, 'limit'> & {
    readonly of: string;
    readonly description?: string;
  }): MethodDecorator =>
  applyDecorators(
    Header('content-type', 'text/plain'),
    Operation({
      summary: `Count ${of}`,
      description: `The number of ${of}.`,
      answer: NUMBER,
      ...rest,
    }),
  );

/** Declares a route that any token may call, and that only says why there is no such operation. */
export const AlwaysRefused = (): MethodDecorator =>
  applyDecorators(RequireToken(), RouteSettings({ alwaysRefused: true }), ApiExcludeEndpoint());
