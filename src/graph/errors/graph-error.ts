import type { FastifyRequest } from 'fastify';

/** A place where something is wrong, as listed in `error.details` (docs/contract/api.md#6.1). */
export interface ErrorDetail {
  readonly code: string;
  readonly message: string;
  readonly target?: string;
}

/** What the connector service adds to `innerError`; gateway errors have none of it (docs/contract/errors.md#envelope). */
interface InnerError {
  readonly code: string;
  readonly source?: string;
  readonly message: string;
}

export interface GraphErrorDefinition {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly inner?: InnerError;
  readonly details?: readonly ErrorDetail[];
  readonly headers?: Readonly<Record<string, string>>;
  /** What really happened: for the log, never for the client. */
  readonly cause?: unknown;
}

/** A failure as Microsoft Graph words it. Made by the catalogue alone, so that each situation has one name and one text. */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;
  readonly inner?: InnerError;
  readonly details?: readonly ErrorDetail[];
  readonly headers?: Readonly<Record<string, string>>;

  constructor(definition: GraphErrorDefinition) {
    super(definition.message, { cause: definition.cause });
    this.name = 'GraphError';
    this.status = definition.status;
    this.code = definition.code;
    this.inner = definition.inner;
    this.details = definition.details;
    this.headers = definition.headers;
  }
}

/** An error whose body is not Graph's: the identity routes speak OAuth. */
export interface SelfRendering {
  readonly status: number;
  /** For the log, as its message is. */
  readonly code: string;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
  body(requestId: string, clientRequestId: string, now: Date): string;
}

export const isSelfRendering = (error: unknown): error is SelfRendering =>
  typeof (error as SelfRendering | undefined)?.body === 'function';

/** Gives a failure another body than Graph's, where the request is of such a route; undefined elsewhere. */
export type ErrorForm = (error: GraphError, request: FastifyRequest) => SelfRendering | undefined;

/** Of a request, in headers and errors: the server's own id, and the client's or the same again. */
export interface RequestIds {
  readonly requestId: string;
  readonly clientRequestId: string;
}

/** UTC, whole seconds, no zone: confirmed in recorded answers (docs/contract/errors.md#envelope). */
const errorDate = (now: Date): string => now.toISOString().slice(0, 19);

/** The one body of every failure (docs/contract/api.md#6.1). Members without a value are left out. */
export function renderGraphError(error: GraphError, ids: RequestIds, now: Date): string {
  return JSON.stringify({
    error: {
      code: error.code,
      message: error.message,
      details: error.details?.length ? error.details : undefined,
      innerError: {
        code: error.inner?.code,
        source: error.inner?.source,
        message: error.inner?.message,
        date: errorDate(now),
        'request-id': ids.requestId,
        'client-request-id': ids.clientRequestId,
      },
    },
  });
}
