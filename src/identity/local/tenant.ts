import { PERSONAL_ACCOUNTS_TENANT } from '../tokens/token-verifier.js';
import { isGuid } from '../../graph/odata/guid.js';
import { guidOf } from './guid.js';

/** The tenant that is meant where none is named. */
export const DEFAULT_TENANT = '5a1d8f2e-3c47-4b60-9e8d-7f0c2b9a6e14';

/**
 * The tenant id behind the tenant segment of an authority. A domain name, or a GUID that is none, is taken as a name
 * of its own (contract, clients.md 18); Entra's words for "any tenant" mean the default one.
 */
export function tenantIdOf(segment: string): string {
  const name = segment.trim().toLowerCase();
  if (isGuid(name)) return name;
  if (name === 'consumers') return PERSONAL_ACCOUNTS_TENANT;
  return name === 'common' || name === 'organizations' ? DEFAULT_TENANT : guidOf(`tenant:${name}`);
}
