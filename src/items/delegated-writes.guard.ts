import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Configuration } from '../config/configuration.js';
import { delegatedItemWriteRefused } from '../graph/errors/catalogue/authentication.js';

/**
 * Refuses writes of items for signed-in users where `DELEGATED_ITEM_WRITES=refused` (docs/contract/field.md#1.6). It runs behind
 * the guard of permissions and before the body is read.
 * @throws delegatedItemWriteRefused (401)
 */
@Injectable()
export class DelegatedWritesGuard implements CanActivate {
  constructor(private readonly configuration: Configuration) {}

  canActivate(context: ExecutionContext): boolean {
    const { caller } = context.switchToHttp().getRequest<FastifyRequest>();
    if (caller?.kind === 'delegated' && this.configuration.items.delegatedWrites === 'refused')
      throw delegatedItemWriteRefused();
    return true;
  }
}
