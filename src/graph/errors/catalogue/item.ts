import type { GraphError } from '../graph-error.js';
import { gatewayError } from './outer.js';

const LIMITED = {
  connection: 'The total quota utilization for your connection has reached its limit.',
  tenant: 'The total quota utilization of your tenant has reached its limit.',
} as const;

/**
 * A new item where the connection or the tenant has as many as it may (contract, errors.md I13, C12: status unconfirmed,
 * of 403 and 507 the one that clients do not retry).
 */
export const itemLimitReached = (of: keyof typeof LIMITED): GraphError =>
  gatewayError(403, 'QuotaLimitReached', 'The user has reached their quota limit.', {
    inner: { code: 'ItemLimitReached', source: 'Connection', message: LIMITED[of] },
  });
