import type { GraphError } from '../graph-error.js';
import { connectorError } from './make-error.js';

const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;

/** As long as a call usually takes, in whole seconds. */
const A_CALL_SECONDS = 1;

/** More calls under way than a limit lets through (docs/contract/field.md#3.9, docs/contract/errors.md#l1; the inner pair is unconfirmed). */
export const tooManyAtOnce = (most: number): GraphError =>
  connectorError(429, {
    inner: {
      code: 'RequestThrottled',
      message:
        `The limit of ${most} calls under way at once, for an application on a connection, is exceeded. ` +
        `Try again after ${counted(A_CALL_SECONDS, 'second')}.`,
    },
    headers: { 'retry-after': String(A_CALL_SECONDS) },
  });

/** More calls than a limit lets through (docs/contract/errors.md#l1, #l3; the inner pair is unconfirmed). */
export const requestThrottled = (
  limit: { readonly calls: number; readonly windowMs: number; readonly what: string },
  retryAfterSeconds: number,
): GraphError =>
  connectorError(429, {
    inner: {
      code: 'RequestThrottled',
      message:
        `The limit of ${limit.what}, ${limit.calls} calls in ${counted(limit.windowMs / 1_000, 'second')}, is exceeded. ` +
        `Try again after ${counted(retryAfterSeconds, 'second')}.`,
    },
    headers: { 'retry-after': String(retryAfterSeconds) },
  });

/** One caller has as much under way as it may, or all have together: our own bound, so that one cannot stop the others. */
export const tooMuchUnderWay = (of: 'requests' | 'bytes', limit: number): GraphError =>
  connectorError(429, {
    inner: {
      code: 'TooMuchUnderWay',
      message:
        of === 'requests'
          ? `Too many requests are under way at the same moment: one application may have ${limit}. Wait for answers.`
          : `Too much is under way at the same moment: the bodies and answers of one application may have ${limit} bytes. Wait for answers.`,
    },
    headers: { 'retry-after': '1' },
  });
