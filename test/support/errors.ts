import { expect } from 'vitest';
import type { Answer } from './http.js';

export interface ExpectedError {
  readonly status: number;
  readonly code: string;
  readonly message?: unknown;
  /** `null`: `innerError` holds the three ids alone, as a gateway error does. */
  readonly inner?: { readonly code: string; readonly source?: string; readonly message?: unknown } | null;
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Every failure has this form (docs/contract/errors.md#envelope); nothing else may be in it. */
export function assertGraphError({ status, headers, body, text }: Answer, expected: ExpectedError): void {
  expect({ status, code: body?.error?.code }, text).toEqual({ status: expected.status, code: expected.code });
  const { error } = body;
  if (expected.message !== undefined) expect(error.message).toEqual(expected.message);
  expect(Object.keys(body)).toEqual(['error']);
  expect(['code', 'message', 'details', 'innerError']).toEqual(expect.arrayContaining(Object.keys(error)));
  const { date, 'request-id': requestId, 'client-request-id': clientRequestId, ...inner } = error.innerError;
  expect(date).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
  expect(requestId).toMatch(GUID);
  expect(headers.get('request-id')).toBe(requestId);
  expect(headers.get('client-request-id')).toBe(clientRequestId);
  expect(headers.get('x-ms-ags-diagnostic')).toContain('ServerInfo');
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  if (expected.inner === null) expect(inner).toEqual({});
  else if (expected.inner !== undefined) expect(inner).toEqual(expect.objectContaining(expected.inner));
  for (const secret of ['node_modules', 'SELECT ', 'INSERT ', '.js:', 'SQLITE', 'at async']) {
    expect(text).not.toContain(secret);
  }
}

/** What a client sees of a lost database: that, when to come again, and nothing of the reason. */
export function assertDatabaseLost(answer: Answer): void {
  assertGraphError(answer, {
    status: 503,
    code: 'ServiceNotAvailable',
    message:
      'The service is not available. Try the request again after a delay. There may be a Retry-After header.',
    inner: { code: 'DatabaseNotAvailable', message: 'The database does not answer.' },
  });
  expect(answer.headers.get('retry-after')).toBe('2');
  for (const secret of [
    'graph-connections-',
    'external_connection',
    'SqliteError',
    'sqlite',
    'better',
    'postgres',
  ])
    expect(answer.text.toLowerCase()).not.toContain(secret.toLowerCase());
}
