import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { catchError, type Observable } from 'rxjs';
import { isSelfRendering } from './graph-error.js';
import { toGraphError } from './translate.js';

/**
 * Maps what a handler throws, and what reading its body and parameters throws, to the Graph error that it is. An error with a body of its own stays.
 * `GraphErrorFilter` renders it, and maps and renders what never reaches a handler: refusals of the router, hooks and guards.
 * Where it is bound, and why: decisions/0006.
 */
@Injectable()
export class GraphErrorInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        throw isSelfRendering(error) ? error : toGraphError(error);
      }),
    );
  }
}
