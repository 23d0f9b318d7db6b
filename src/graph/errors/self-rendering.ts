import type { FastifyRequest } from 'fastify';
import type { GraphError } from './graph-error.js';

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
