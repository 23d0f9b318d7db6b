import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { entityAddress } from './odata-answer.js';

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
