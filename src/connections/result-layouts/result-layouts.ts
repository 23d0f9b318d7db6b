import { extname } from 'node:path';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Piscina } from 'piscina';
import type { LayoutFault } from '../../graph/errors/catalogue/connection.js';
import type { CreateConnectionDto } from '../dto/external-connection.dto.js';
import type { CardFault } from './card-check.js';

/** A card that the libraries cannot read in this time is broken: no real one takes a hundredth of it. */
const TIME_LIMIT_MS = 2_000;
const IDLE_MS = 60_000;

const NO_CARD = { type: 'AdaptiveCard' };

const EXTENSION = extname(import.meta.url);

/**
 * Checks adaptive cards in a thread of its own, which is started with the first card: an expression that was written
 * to keep a parser busy keeps no other request waiting.
 */
@Injectable()
export class ResultLayouts implements OnApplicationShutdown {
  private worker?: Piscina<object, CardFault[]>;
  private last: Promise<unknown> = Promise.resolve();

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

  /** One card after the other, so that the time limit is of the card alone and not of those before it. */
  private check(layout: object): Promise<CardFault[]> {
    const result = this.last.then(() => this.checkNow(layout));
    this.last = result.catch(() => undefined);
    return result;
  }

  private async checkNow(layout: object): Promise<CardFault[]> {
    this.worker ??= new Piscina({
      filename: new URL(`./card-check${EXTENSION}`, import.meta.url).href,
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: IDLE_MS,
      // Tests run the sources, and a worker of Node 20 cannot read TypeScript by itself.
      execArgv: EXTENSION === '.ts' ? ['--import', 'tsx'] : [],
    });
    // Starting the thread and loading the libraries is no fault of the card.
    await this.worker.run(NO_CARD);
    try {
      return await this.worker.run(layout, { signal: AbortSignal.timeout(TIME_LIMIT_MS) });
    } catch (error) {
      if ((error as Error).name !== 'AbortError') throw error;
      return [{ place: '', problem: `The card could not be read in ${TIME_LIMIT_MS / 1000} seconds.` }];
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.worker?.destroy();
  }
}
