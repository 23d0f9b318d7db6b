import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** A language with its region, such as `en-US`. */
const CULTURE = /^[a-z]{2,8}(?:-[a-z\d]{1,8}){0,4}$/i;

/** The first language that the client accepts, as its culture (docs/contract/kql.md#4, "Dates"). */
export const Culture = createParamDecorator((_: unknown, context: ExecutionContext): string | undefined => {
  const header = context.switchToHttp().getRequest<FastifyRequest>().headers['accept-language'];
  const first = header?.slice(0, 100).split(/[,;]/, 1)[0]?.trim();
  return first !== undefined && CULTURE.test(first) ? first : undefined;
});
