import type { GraphError } from '../graph-error.js';
import { quoteForMessage } from '../quote-for-message.js';
import { alreadyExists, gatewayError, notFound } from './make-error.js';

/** The id is taken in this connection (docs/contract/errors.md#m1). */
export const groupAlreadyExists = (id: string): GraphError =>
  alreadyExists('ExternalGroup', `The id '${quoteForMessage(id)}' is taken in this connection.`);

/** No group of this id in the connection (docs/contract/errors.md#m3). */
export const groupNotFound = (): GraphError => notFound('ExternalGroup');

/**
 * The tenant holds as many external groups as it may (docs/contract/api.md#5; status unconfirmed, of 403 and 507 the
 * one that clients do not retry).
 */
export const groupLimitReached = (limit: number): GraphError =>
  gatewayError(403, 'QuotaLimitReached', 'The user has reached their quota limit.', {
    inner: {
      code: 'TenantGroupLimitReached',
      source: 'ExternalGroup',
      message: `The total quota utilization of your tenant has reached its limit. A tenant may have ${limit} external groups.`,
    },
  });

/** The group has a member of this id (docs/contract/errors.md#m2). */
export const memberAlreadyExists = (id: string): GraphError =>
  alreadyExists('ExternalGroupMember', `The group has a member '${quoteForMessage(id)}'.`);

/** The group has no member of this id (docs/contract/errors.md#m3). */
export const memberNotFound = (): GraphError => notFound('ExternalGroupMember');
