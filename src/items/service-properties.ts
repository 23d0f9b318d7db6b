import type { ConnectionScope } from '../connections/connection-access.js';
import { guidOf } from '../identity/local/guid.js';
import type { ExternalItemDto } from './dto/external-item.dto.js';

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
