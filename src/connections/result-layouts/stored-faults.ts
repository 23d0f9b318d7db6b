import type { LayoutFault } from '../../graph/errors/catalogue/connection.js';
import { shown } from '../../graph/errors/shown.js';
import type { ConnectionEntity } from '../connection.entity.js';
import type { UpdateConnectionDto } from '../dto/external-connection.dto.js';

const isOfSearch = ({ target }: LayoutFault): boolean => target.startsWith('searchSettings.');

/** For each kind of template; enough to say what to mend. */
const MOST_STORED = 5;

/** Without faults, null. */
const orNull = (faults: readonly LayoutFault[]): readonly LayoutFault[] | null =>
  faults.length === 0 ? null : faults;

/** The faults of a new connection as its row keeps them. */
export function storedFaults(faults: readonly LayoutFault[]): readonly LayoutFault[] | null {
  const kept = [
    ...faults.filter(isOfSearch).slice(0, MOST_STORED),
    ...faults.filter((fault) => !isOfSearch(fault)).slice(0, MOST_STORED),
  ];
  return orNull(
    kept.map(({ target, place, problem }) => ({ target, place: shown(place), problem: shown(problem) })),
  );
}

/** What is left of them after a PATCH, which takes whole cards only. */
export function faultsAfter(
  { resultLayoutFaults }: ConnectionEntity,
  { searchSettings, complianceSettings }: UpdateConnectionDto,
): readonly LayoutFault[] | null {
  if (resultLayoutFaults === null) return null;
  const replaced = {
    search: searchSettings === null || searchSettings?.searchResultTemplates !== undefined,
    compliance: complianceSettings === null || complianceSettings?.eDiscoveryResultTemplates !== undefined,
  };
  return orNull(
    resultLayoutFaults.filter((fault) => (isOfSearch(fault) ? !replaced.search : !replaced.compliance)),
  );
}
