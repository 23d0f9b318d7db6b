import type { GraphVersion } from '../graph/http/request-context.js';
import type { ConnectionState } from './connection-state.js';
import type { ConnectionEntity } from './connection.entity.js';
import type { ExternalConnectionDto } from './dto/external-connection.dto.js';
import { DEFAULT_CONTENT_CATEGORY } from './enums.js';

/**
 * The only way from a row to a body. Five members are always there, as in the seed's example and in recorded answers;
 * settings that nobody made are left out (docs/contract/api.md#2.2.2), and so is what v1.0 does not have (docs/contract/api.md#8).
 * @param selected the client says by `$select` what it wants: then it gets the default, or null, of what nobody set
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
