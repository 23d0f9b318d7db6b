import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { finalize, type Observable } from 'rxjs';
import { tooManyAtOnce } from '../graph/errors/catalogue/throttling.js';
import { atOnceKey, MOST_AT_ONCE } from './limits.js';

/**
 * Counts the calls under way, of one application on one connection, in this server alone: what a server that died had
 * under way would stay counted in the database. A call is under way from behind the guards until its handler has ended,
 * however it ends, and also where its client is gone; its body is read in that time. An interceptor is what encloses
 * both; what guards refuse never comes here.
 */
@Injectable()
export class AtOnceInterceptor implements NestInterceptor {
  /** Keys without a call are not kept, so there are no more of them than calls. */
  private readonly underWay = new Map<string, number>();

  /** @throws tooManyAtOnce (429) */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const caller = request.authorizedCaller;
    const key = caller === undefined ? undefined : atOnceKey(caller, request);
    if (key === undefined) return next.handle();
    const count = this.underWay.get(key) ?? 0;
    if (count >= MOST_AT_ONCE) throw tooManyAtOnce(MOST_AT_ONCE);
    this.underWay.set(key, count + 1);
    return next.handle().pipe(finalize(() => this.release(key)));
  }

  private release(key: string): void {
    const left = this.underWay.get(key)! - 1;
    if (left === 0) this.underWay.delete(key);
    else this.underWay.set(key, left);
  }
}
