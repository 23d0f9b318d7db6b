import type { ConnectionScope } from '../connections/scope/connection-access.js';
import type { GraphVersion } from '../graph/http/request-context.js';
import { guidOf } from '../identity/local/tenant.js';
import type { AclDto, ExternalItemDto } from './external-item.dto.js';
import type { ItemEntity } from './item.entity.js';

/** In v1.0 an entry has no identity source, and an external group is a type of its own (docs/contract/api.md#8). */
function inVersion({ identitySource, ...entry }: AclDto, version: GraphVersion): AclDto {
  if (version === 'beta') return { ...entry, ...(identitySource === undefined ? {} : { identitySource }) };
  return identitySource === 'external' ? { ...entry, type: 'externalGroup' } : entry;
}

/** The only way from a row to a body; what the item does not have is left out. */
export function toExternalItem(row: ItemEntity, version: GraphVersion): ExternalItemDto {
  return {
    id: row.id,
    acl: row.acl.map((entry) => inVersion(entry, version)),
    properties: row.properties,
    content: row.contentType === null ? undefined : { type: row.contentType, value: row.contentValue },
    informationProtectionLabel:
      row.sensitivityLabelId === null ? undefined : { sensitivityLabelId: row.sensitivityLabelId },
  };
}

/**
 * An item with what live tenants add to its properties when it is read: a Boolean, and the ids of the site, web, list and
 * list item behind it, the same at each read (docs/contract/field.md#1.5). Neither a schema nor a request has them. A property
 * of the schema that has one of the names stays as it is.
 */
export function withServiceProperties(
  item: ExternalItemDto,
  { tenantId, normalizedId }: ConnectionScope,
): ExternalItemDto {
  const list = `${tenantId}/${normalizedId}`;
  const added = {
    IsDGBasedSecurityEnabled: true,
    ows_SiteID: guidOf(`site:${tenantId}`),
    ows_WebId: guidOf(`web:${tenantId}`),
    ows_ListID: guidOf(`list:${list}`),
    ows_UniqueId: guidOf(`item:${list}/${item.id}`),
  };
  const own = new Set(Object.keys(item.properties).map((name) => name.toLowerCase()));
  const free = Object.entries(added).filter(([name]) => !own.has(name.toLowerCase()));
  return { ...item, properties: { ...item.properties, ...Object.fromEntries(free) } };
}
