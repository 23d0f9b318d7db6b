import type { GraphVersion } from '../graph/http/request-context.js';
import type { AclDto } from './dto/acl.dto.js';
import type { ExternalItemDto } from './dto/external-item.dto.js';
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
