import type { GraphError } from '../graph-error.js';
import { connectorError } from './outer.js';

/** Something nobody foresaw. The client gets the request id, the log gets everything (docs/contract/errors.md#outer-pairs). */
export const unexpectedFailure = (cause: unknown): GraphError =>
  connectorError(500, {
    inner: {
      code: 'UnexpectedFailure',
      message: 'The server failed. Its log has the reason under this request-id.',
    },
    cause,
  });

/** The database is lost, full, locked or broken. */
export const databaseNotAvailable = (cause: unknown): GraphError =>
  connectorError(503, {
    inner: { code: 'DatabaseNotAvailable', message: 'The database does not answer.' },
    headers: { 'retry-after': '2' },
    cause,
  });

/** The keys of the OpenID Connect issuer cannot be had, so no token can be judged. */
export const issuerNotAvailable = (cause: unknown): GraphError =>
  connectorError(503, {
    inner: { code: 'IssuerNotAvailable', message: 'The keys of the token issuer cannot be read.' },
    headers: { 'retry-after': '5' },
    cause,
  });

/** The search index is being built, or its storage fails; writes go on. */
export const searchNotReady = (cause?: unknown): GraphError =>
  connectorError(503, {
    inner: {
      code: 'SearchNotReady',
      message: 'The search index is not ready. It catches up by itself. Try again after 2 seconds.',
    },
    headers: { 'retry-after': '2' },
    cause,
  });

/** As many searches of the caller wait as may wait. */
export const searchesTooMany = (limit: number): GraphError =>
  connectorError(429, {
    inner: {
      code: 'TooManySearches',
      message: `${limit} searches of this application wait. Try again after 2 seconds.`,
    },
    headers: { 'retry-after': '2' },
  });
