import type { AuthorizedCaller } from '../identity/caller.js';
import type { ConnectionEntity } from './connection.entity.js';
import type { UpdateConnectionDto } from './dto/external-connection.dto.js';
import { ownersAfter } from './ownership.js';
import { faultsAfter } from './result-layouts/result-layouts.js';

/** A complex property after a PATCH: absent members stay, present ones replace, null unsets (docs/contract/api.md#2.2.4). */
function merged<T extends object>(stored: T | null, sent: T | null | undefined): T | null {
  if (sent === undefined) return stored;
  if (sent === null) return null;
  const present = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== undefined));
  return { ...stored, ...present } as T;
}

function configurationAfter(
  caller: AuthorizedCaller,
  { configuration }: ConnectionEntity,
  sent: UpdateConnectionDto['configuration'],
): ConnectionEntity['configuration'] {
  if (sent === undefined || sent?.authorizedAppIds === undefined)
    return merged(configuration, sent) ?? configuration;
  return {
    ...merged(configuration, sent),
    authorizedAppIds: ownersAfter(caller, sent.authorizedAppIds ?? []),
  };
}

/**
 * The row after a PATCH. @throws connectionWithoutOwner
 */
export function afterPatch(
  row: ConnectionEntity,
  caller: AuthorizedCaller,
  body: UpdateConnectionDto,
): ConnectionEntity {
  return {
    ...row,
    name: body.name ?? row.name,
    description: body.description === undefined ? row.description : body.description,
    configuration: configurationAfter(caller, row, body.configuration),
    connectorId: body.connectorId === undefined ? row.connectorId : body.connectorId,
    contentCategory: body.contentCategory ?? row.contentCategory,
    enabledContentExperiences:
      body.enabledContentExperiences === undefined
        ? row.enabledContentExperiences
        : body.enabledContentExperiences,
    searchSettings: merged(row.searchSettings, body.searchSettings),
    activitySettings: merged(row.activitySettings, body.activitySettings),
    complianceSettings: merged(row.complianceSettings, body.complianceSettings),
    resultLayoutFaults: faultsAfter(row, body),
  };
}
