import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { catchError, type Observable, throwError } from 'rxjs';
import { isSelfRendering } from './self-rendering.js';
import { toGraphError } from './translate.js';

/** Turns what a handler throws, a lost database for instance, into the Graph error that the client is to see. */
@Injectable()
export class GraphErrorInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next
      .handle()
      .pipe(
        catchError((error: unknown) =>
          throwError(() => (isSelfRendering(error) ? error : toGraphError(error))),
        ),
      );
  }
}
