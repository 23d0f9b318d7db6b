import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { resourceModified } from '../errors/catalogue/request.js';

/** What the client asks the stored version to be; undefined where it does not ask. */
export const IfMatch = createParamDecorator(
  (_: unknown, context: ExecutionContext): string | undefined =>
    context.switchToHttp().getRequest<FastifyRequest>().headers['if-match'],
);

/** Documents the header. */
export const IF_MATCH_HEADER = {
  name: 'If-Match',
  required: false,
  description: "'*'; the resource has no ETag, so any other value fails.",
};

/**
 * Nothing has an ETag, so only `*` can match what there is (docs/contract/field.md#6). It is asked when all else lets the
 * request pass (RFC 9110, section 13.2.1).
 * @param source what it is, in the words of errors: `Connection`
 * @throws resourceModified
 */
export function assertUnmodified(ifMatch: string | undefined, source: string): void {
  if (ifMatch !== undefined && ifMatch.trim() !== '*') throw resourceModified(source);
}
