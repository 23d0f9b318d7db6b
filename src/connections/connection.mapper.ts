import type { GraphVersion } from '../graph/http/request-context.js';
import type { ConnectionState } from './connection-state.js';
import type { ConnectionEntity } from './connection.entity.js';
import type { ExternalConnectionDto } from './dto/external-connection.dto.js';
import { DEFAULT_CONTENT_CATEGORY } from './enums.js';

/**
 * Makes the body of a row. Five members are always present, as in the seed's example and in recorded answers. Settings
 * that were never set are omitted (docs/contract/api.md#2.2.2), and so are properties that v1.0 lacks (docs/contract/api.md#8).
 * @param selected whether the request has `$select`: then settings that were never set have their default, or null
 * (docs/contract/field.md#3.4)
 */
export function toExternalConnection(
  row: ConnectionEntity,
  state: ConnectionState,
  version: GraphVersion,
  selected = false,
): ExternalConnectionDto {
  const beta = version === 'beta';
  const unset = selected ? null : undefined;
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    state,
    configuration: row.configuration,
    connectorId: row.connectorId ?? unset,
    contentCategory: row.contentCategory ?? (selected ? DEFAULT_CONTENT_CATEGORY : undefined),
    searchSettings: row.searchSettings ?? unset,
    activitySettings: row.activitySettings ?? unset,
    ...(beta
      ? {
          enabledContentExperiences: row.enabledContentExperiences ?? unset,
          ingestedItemsCount: state === 'draft' ? unset : row.itemCount,
          complianceSettings: row.complianceSettings ?? unset,
        }
      : {}),
  };
}
