import { randomUUID } from 'node:crypto';
import type { SelfRendering } from './graph-error.js';

const WRAPPER = 'System.AggregateException';
const ROOT = 'Microsoft.SubstrateSearch.Api.ErrorReporting.ResourceBasedExceptions.BadRequestException';

const MOST_CAUSES = 50;
const STATUS = 400;

interface Level {
  readonly code: string;
  readonly message: string;
  readonly target: string;
  readonly details?: readonly Level[];
  readonly httpCode: number;
}

/** Sentences from the outer to the inner one, each with the next one in parentheses. */
const nested = ([first, ...rest]: readonly string[]): string =>
  rest.length === 0 ? first! : `${first} (${nested(rest)})`;

/**
 * A refusal of a search, in search's own envelope: each cause stands in the `details` of what it led to, and the outer
 * messages quote the inner ones (docs/contract/search.md#10). Made by the catalogue alone.
 */
export class SearchError extends Error implements SelfRendering {
  readonly status = STATUS;
  readonly code = 'BadRequest';
  readonly headers = {};

  /**
   * @param frame the sentences around the cause, from the outer to the inner one
   * @param causes what is wrong; the messages quote the first, and `details` list all
   */
  constructor(
    private readonly frame: readonly string[],
    private readonly causes: readonly string[],
  ) {
    super(nested([...frame, causes[0]!]));
    this.name = 'SearchError';
  }

  body(requestId: string, clientRequestId: string, now: Date, traceId: string = randomUUID()): string {
    let details: Level[] = this.causes
      .slice(0, MOST_CAUSES)
      .map((message) => ({ code: ROOT, message, target: '', httpCode: STATUS }));
    for (let level = this.frame.length - 1; level > 0; level--) {
      const message = nested([...this.frame.slice(level), this.causes[0]!]);
      details = [{ code: WRAPPER, message, target: '', details, httpCode: STATUS }];
    }
    const innerError = {
      date: now.toISOString().slice(0, 19),
      'request-id': requestId,
      'client-request-id': clientRequestId,
    };
    return JSON.stringify({
      error: {
        code: this.code,
        message: this.message,
        target: '',
        details,
        innerError,
        httpCode: STATUS,
      },
      Instrumentation: { TraceId: traceId },
    });
  }
}
