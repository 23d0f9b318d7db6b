import type { ErrorDetail, GraphError } from '../graph-error.js';
import { gatewayError } from './make-error.js';

/** More requests in a batch than it may have (docs/contract/errors.md#l6). */
export const batchTooLong = (limit: number): GraphError =>
  gatewayError(400, 'BadRequest', `Number of batch request steps exceeds the maximum value of ${limit}.`);

const MOST_DETAILS = 50;

/**
 * A batch that breaks the form of batches, so that nothing of it was done (docs/contract/api.md#6.6; the sentence:
 * microsoftgraph/msgraph-sdk-javascript#1451). `details` lists all that is wrong when it is more than one thing.
 */
export const batchNotValid = (faults: readonly (ErrorDetail & { readonly target: string })[]): GraphError =>
  gatewayError(400, 'BadRequest', 'Invalid batch payload format.', {
    inner: { code: faults[0]!.code, message: faults[0]!.message },
    details: faults.length > 1 ? faults.slice(0, MOST_DETAILS) : undefined,
  });

/** A batch as a request of a batch: the answer of that request alone. */
export const batchWithinBatch = (): GraphError =>
  gatewayError(400, 'BadRequest', 'A batch request cannot be part of a batch request.');

/**
 * A request that was not made, since the answers of its batch had enough bytes before. Graph documents no such bound; as a
 * 429, an SDK sends it again in the next batch, where it has a place.
 */
export const batchAnswersTooLarge = (limit: number): GraphError =>
  gatewayError(
    429,
    'TooManyRequests',
    'The request was not made because the answers before it fill the batch. Send it again in another batch.',
    {
      details: [
        { code: 'BatchAnswersTooLarge', message: `The answers of a batch may have ${limit} bytes together.` },
      ],
      headers: { 'retry-after': '1' },
    },
  );

/** A request whose dependency failed, so that it was not made (docs/contract/api.md#6.6; text unconfirmed). */
export const dependencyFailed = (failed: readonly string[]): GraphError =>
  gatewayError(
    424,
    'FailedDependency',
    'The request was not made because a request that it depends on failed.',
    {
      details: failed.map((id) => ({
        code: 'FailedDependency',
        message: `Request '${id}' failed.`,
        target: 'dependsOn',
      })),
    },
  );
