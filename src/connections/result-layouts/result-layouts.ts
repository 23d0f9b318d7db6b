import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import {
  type LayoutFault,
  resultLayoutCheckNotAvailable,
  resultLayoutChecksTooMany,
  resultLayoutTooLarge,
} from '../../graph/errors/catalogue/connection.js';
import { quoteForMessage } from '../../graph/errors/quote-for-message.js';
import type { ConnectionEntity } from '../connection.entity.js';
import type { CreateConnectionDto, UpdateConnectionDto } from '../dto/external-connection.dto.js';
import { brokenBound, type PlacedLayout } from './card-bounds.js';
import type { CardFault } from './card-check.js';
import { FairTurns, QueueFull } from './fair-turns.js';
import { IsolatedCheck } from './isolated-check.js';

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
    kept.map(({ target, place, problem }) => ({
      target,
      place: quoteForMessage(place),
      problem: quoteForMessage(problem),
    })),
  );
}

/** The faults that remain after a PATCH, which replaces whole cards only. */
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

/** Several times the processor time of the hardest card within the bounds. */
const LIMIT_MS = 20_000;

/** The most checks of one tenant that wait. A tenant has 30 connections by default. */
const MOST_WAITING = 100;

/** The most faults of one body. The check stops there. */
const MOST_FAULTS = 50;

type Settings = Pick<CreateConnectionDto, 'searchSettings' | 'complianceSettings'>;

function layoutsOf({ searchSettings, complianceSettings }: Settings): PlacedLayout[] {
  return [
    ...(searchSettings?.searchResultTemplates ?? []).map(({ layout }, index) => ({
      target: `searchSettings.searchResultTemplates[${index}]`,
      layout,
    })),
    ...(complianceSettings?.eDiscoveryResultTemplates ?? []).map(({ layout }, index) => ({
      target: `complianceSettings.eDiscoveryResultTemplates[${index}]`,
      layout,
    })),
  ];
}

/** Checks adaptive cards. A hostile card delays no request, and no check of another tenant. */
@Injectable()
export class ResultLayouts implements OnApplicationShutdown {
  private readonly cards = new IsolatedCheck<object, CardFault[]>(
    new URL('./card-check', import.meta.url),
    LIMIT_MS,
  );
  private readonly turns = new FairTurns(MOST_WAITING);

  /**
   * The faults of the result layouts of a body, each with its template and its place in the card.
   * @param clientLeft drops the checks that have not begun
   * @throws resultLayoutTooLarge, resultLayoutChecksTooMany, resultLayoutCheckNotAvailable
   */
  async faultsOf(tenantId: string, body: Settings, clientLeft?: AbortSignal): Promise<LayoutFault[]> {
    const layouts = layoutsOf(body);
    const bound = brokenBound(layouts);
    if (bound !== undefined) throw resultLayoutTooLarge(bound);
    const faults: LayoutFault[] = [];
    for (const { target, layout } of layouts) {
      if (faults.length >= MOST_FAULTS) break;
      for (const fault of await this.check(tenantId, layout, clientLeft)) faults.push({ target, ...fault });
    }
    return faults.slice(0, MOST_FAULTS);
  }

  private async check(tenantId: string, layout: object, clientLeft?: AbortSignal): Promise<CardFault[]> {
    try {
      return await this.turns.run(tenantId, clientLeft, () => this.cards.run(layout));
    } catch (error) {
      if (error instanceof QueueFull) throw resultLayoutChecksTooMany(MOST_WAITING);
      // Nobody reads the answer of a client that left, and it is no fault for the log.
      throw resultLayoutCheckNotAvailable(clientLeft?.aborted ? undefined : error);
    }
  }

  onApplicationShutdown(): Promise<void> {
    return this.cards.close();
  }
}
