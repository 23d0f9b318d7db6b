import type { GraphVersion } from '../graph/http/request-context.js';
import type { ConnectionState } from './connection-state.js';
import type { ConnectionEntity } from './connection.entity.js';
import type { ExternalConnectionDto } from './dto/external-connection.dto.js';

/**
 * The only way from a row to a body. Five members are always there, as in the seed's example and in recorded answers;
 * settings that nobody made are left out (contract, api.md section 2.2.2), and so is what v1.0 does not have (section 8).
 */
export function toExternalConnection(
  row: ConnectionEntity,
  state: ConnectionState,
  version: GraphVersion,
): ExternalConnectionDto {
  const beta = version === 'beta';
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    state,
    configuration: row.configuration,
    connectorId: row.connectorId ?? undefined,
    contentCategory: row.contentCategory ?? undefined,
    searchSettings: row.searchSettings ?? undefined,
    activitySettings: row.activitySettings ?? undefined,
    enabledContentExperiences: beta ? (row.enabledContentExperiences ?? undefined) : undefined,
    ingestedItemsCount: beta && state !== 'draft' ? row.itemCount : undefined,
    complianceSettings: beta ? (row.complianceSettings ?? undefined) : undefined,
  };
}
