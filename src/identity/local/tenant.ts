import { createHash } from 'node:crypto';
import { GRAPH_VERSIONS } from '../../graph/http/request-context.js';
import { isGuid } from '../../graph/odata/edm-values.js';
import { PERSONAL_ACCOUNTS_TENANT } from '../tokens/token-verifier.js';
import { tenantNotNamed, tenantNotValid } from './oauth-error.js';

/** The tenant that is meant where none is named. */
export const DEFAULT_TENANT = '5a1d8f2e-3c47-4b60-9e8d-7f0c2b9a6e14';

/** The domain name of the default tenant. */
export const DEFAULT_DOMAIN = 'contoso.example';

/** Entra's words for more than one tenant. */
const MANY_TENANTS = ['common', 'organizations', 'consumers'];

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** A domain name with a dot; its last label is no number. */
const DOMAIN = new RegExp(`^(?=.{1,253}$)(?:${LABEL}\\.)+(?!\\d+$)${LABEL}$`);

/** The id of a tenant, by its GUID or a domain name of it; undefined for anything else (docs/contract/field.md#5.2). */
export function tenantIdOf(name: string): string | undefined {
  const key = name.toLowerCase();
  if (isGuid(key)) return key;
  if (!DOMAIN.test(key) || (GRAPH_VERSIONS as readonly string[]).includes(key)) return undefined;
  return key === DEFAULT_DOMAIN ? DEFAULT_TENANT : guidOf(`tenant:${key}`);
}

/** The first segment of an address, where authorities have their tenant, decoded if it can be. */
export function tenantSegmentOf({ pathname }: URL): string {
  const segment = pathname.split('/')[1] ?? '';
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/**
 * What stands for the tenant in the issuer of an authority: its id, or `{tenantid}` where the authority is of many
 * tenants, as Entra's discovery documents have it.
 * @throws OAuthError tenantNotValid
 */
export function issuerTenantOf(segment: string): string {
  const name = segment.toLowerCase();
  if (name === 'consumers') return PERSONAL_ACCOUNTS_TENANT;
  if (MANY_TENANTS.includes(name)) return '{tenantid}';
  const tenantId = tenantIdOf(name);
  if (tenantId === undefined) throw tenantNotValid(segment);
  return tenantId;
}

/**
 * The one tenant that the segment of an authority names.
 * @throws OAuthError tenantNotValid, tenantNotNamed (docs/contract/field.md#5.2, #5.3)
 */
export function namedTenant(segment: string): string {
  if (MANY_TENANTS.includes(segment.toLowerCase())) throw tenantNotNamed(segment);
  return issuerTenantOf(segment);
}

/** The same GUID for the same text, always: the id of something that nobody registered. */
export function guidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
