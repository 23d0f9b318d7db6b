import type { GraphError } from '../graph-error.js';
import { connectorError, gatewayError, notFound } from './make-error.js';

const LIMITED = {
  connection: 'The total quota utilization for your connection has reached its limit.',
  tenant: 'The total quota utilization of your tenant has reached its limit.',
} as const;

/**
 * A new item where the connection or the tenant has as many as it may (docs/contract/errors.md#i13, #c12: status unconfirmed,
 * of 403 and 507 the one that clients do not retry).
 */
export const itemLimitReached = (of: keyof typeof LIMITED): GraphError =>
  gatewayError(403, 'QuotaLimitReached', 'The user has reached their quota limit.', {
    inner: { code: 'ItemLimitReached', source: 'Connection', message: LIMITED[of] },
  });

/** No item of this id below the connection (docs/contract/errors.md#i1). */
export const itemNotFound = (): GraphError => notFound('ExternalItem');

/** No activity of this id was recorded of the item (docs/contract/errors.md#i1, by analogy). */
export const activityNotFound = (): GraphError => notFound('ExternalActivity');

/** A body whose id is not that of its address (docs/contract/errors.md#c10, by analogy). */
export const itemIdNotUpdatable = (): GraphError =>
  connectorError(400, {
    inner: {
      code: 'PropertyNotUpdatable',
      source: 'ExternalItem',
      message: "Property 'id' cannot be set: it must be the id of the address, or be left out.",
    },
  });

/** Generated clients offer `POST` on items; the service has `PUT` alone (docs/contract/errors.md#i2: status only). */
export const itemNotPostable = (): GraphError =>
  gatewayError(404, 'UnknownError', '', {
    details: [
      { code: 'UnknownError', message: 'An item is created by PUT to its own address, …/items/{id}.' },
    ],
  });
