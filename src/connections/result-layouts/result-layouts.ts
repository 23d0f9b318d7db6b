import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { LayoutFault } from '../../graph/errors/catalogue/connection.js';
import type { CreateConnectionDto } from '../dto/external-connection.dto.js';
import { IsolatedCheck } from '../isolated-check.js';
import type { CardFault } from './card-check.js';

/** A card that the libraries cannot read in this time is broken: no real one takes a hundredth of it. */
const TIME_LIMIT_MS = 2_000;

const NO_CARD = { type: 'AdaptiveCard' };

/** Checks adaptive cards: an expression that was written to keep a parser busy keeps no other request waiting. */
@Injectable()
export class ResultLayouts implements OnApplicationShutdown {
  private readonly cards = new IsolatedCheck<object, CardFault[]>(
    new URL('./card-check', import.meta.url),
    NO_CARD,
    TIME_LIMIT_MS,
  );

  /** What is wrong with the result layouts of a body, each with its template and the place in the card. */
  async faultsOf(
    body: Pick<CreateConnectionDto, 'searchSettings' | 'complianceSettings'>,
  ): Promise<LayoutFault[]> {
    const templates = [
      ...(body.searchSettings?.searchResultTemplates ?? []).map((template, index) => ({
        target: `searchSettings.searchResultTemplates[${index}]`,
        template,
      })),
      ...(body.complianceSettings?.eDiscoveryResultTemplates ?? []).map((template, index) => ({
        target: `complianceSettings.eDiscoveryResultTemplates[${index}]`,
        template,
      })),
    ];
    const faults: LayoutFault[] = [];
    for (const { target, template } of templates) {
      for (const fault of await this.check(template.layout)) faults.push({ target, ...fault });
    }
    return faults;
  }

  private async check(layout: object): Promise<CardFault[]> {
    return (
      (await this.cards.run(layout)) ?? [
        { place: '', problem: `The card could not be read in ${TIME_LIMIT_MS / 1000} seconds.` },
      ]
    );
  }

  onApplicationShutdown(): Promise<void> {
    return this.cards.close();
  }
}
