import { NAMESPACE } from '../../odata/edm.js';
import type { GraphError } from '../graph-error.js';
import { quoteForMessage } from '../quote-for-message.js';
import { gatewayError } from './make-error.js';

/** A query option that cannot be read, or that the collection does not support (docs/contract/errors.md#g16). */
export const queryOptionNotValid = (reason: string): GraphError =>
  gatewayError(400, 'BadRequest', `The query specified in the URI is not valid. ${reason}`);

/** A query option names a property that the type does not have in this version (docs/contract/errors.md#g15). */
export const queryPropertyNotFound = (name: string, typeName: string): GraphError =>
  gatewayError(
    400,
    'BadRequest',
    `Could not find a property named '${quoteForMessage(name)}' on type '${NAMESPACE}.${typeName}'.`,
  );
