import type { GraphError } from '../graph-error.js';
import { gatewayError, notFound } from './make-error.js';

/** No schema was registered (docs/contract/errors.md#s1; the outer message is the recorded one, docs/contract/api.md#9). */
export const schemaNotFound = (): GraphError =>
  gatewayError(404, 'ItemNotFound', 'An error has occurred.', {
    inner: { code: 'ResourceNotFound', source: 'Schema', message: "'Schema' was not found." },
  });

/** The schema operation before is not at its end (docs/contract/errors.md#s13: unconfirmed). */
export const schemaOperationInProgress = (operationId: string, endDateTime: string): GraphError =>
  gatewayError(409, 'NotAllowed', 'The action is not allowed by the system.', {
    inner: {
      code: 'OperationInProgress',
      source: 'Schema',
      message: `A schema operation is in progress. '${operationId}' ends at ${endDateTime}.`,
    },
  });

/** A schema cannot be deleted (docs/contract/errors.md#s15: status and code reported, no inner pair). */
export const schemaNotDeletable = (): GraphError =>
  gatewayError(404, 'UnknownError', '', {
    details: [{ code: 'UnknownError', message: 'A schema cannot be deleted; delete its connection.' }],
  });

/** No operation of this id below the connection (docs/contract/errors.md#s16). */
export const operationNotFound = (): GraphError => notFound('ConnectionOperation');
