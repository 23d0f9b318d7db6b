import { expect } from 'vitest';
import type { Answer } from './http.js';

const WRAPPER = 'System.AggregateException';
const ROOT = 'Microsoft.SubstrateSearch.Api.ErrorReporting.ResourceBasedExceptions.BadRequestException';

/**
 * A refusal of search in its own envelope (docs/contract/search.md#10): each cause within what it led to, `httpCode` at each
 * level, the trace beside the error. Gives back the message of the innermost cause.
 */
export function assertSearchError({ status, body, headers, text }: Answer, message?: unknown): string {
  expect({ status, type: headers.get('content-type') }, text).toEqual({
    status: 400,
    type: 'application/json; charset=utf-8',
  });
  expect(Object.keys(body)).toEqual(['error', 'Instrumentation']);
  expect(body.Instrumentation).toEqual({ TraceId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  const { innerError, ...error } = body.error;
  expect(innerError).toEqual({
    date: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
    'request-id': headers.get('request-id'),
    'client-request-id': headers.get('client-request-id'),
  });
  expect(error.code).toBe('BadRequest');
  if (message !== undefined) expect(error.message).toEqual(message);
  let level = error;
  for (;;) {
    expect(level.target).toBe('');
    expect(level.httpCode).toBe(400);
    if (level.details === undefined) break;
    expect(level.message).toContain(`(${level.details[0].message})`);
    level = level.details[0];
    expect(level.code).toBe(level.details === undefined ? ROOT : WRAPPER);
  }
  return level.message as string;
}
