import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../graph/clock.js';
import { Outage } from '../graph/errors/outage.js';
import { requestThrottled } from '../graph/errors/catalogue/throttling.js';
import type { Limit } from './limits.js';
import { ThrottleRepository } from './throttle.repository.js';

/** How long the window of something that is not called any more stays, and how often such windows are looked for. */
const KEPT_MS = 60_000;

/** A limit, and what is counted under it. */
interface Counted {
  readonly limit: Limit;
  readonly key: string;
}

/** Counts calls in windows of time that begin at the full second, or ten seconds, of the clock. */
@Injectable()
export class Throttler {
  private readonly log = new Logger(Throttler.name);
  private nextRemoval = 0;

  constructor(
    private readonly windows: ThrottleRepository,
    private readonly clock: Clock,
    private readonly outage: Outage,
  ) {}

  /** Counts a call, a refused one as well (docs/contract/api.md#5). @throws requestThrottled */
  async count(counted: readonly Counted[]): Promise<void> {
    const now = this.clock.now().getTime();
    const ends = counted.map(({ limit: { windowMs } }) => (Math.floor(now / windowMs) + 1) * windowMs);
    const counts = await this.windows.count(
      counted.map(({ limit, key }, index) => ({
        key,
        endDateTime: new Date(ends[index]!).toISOString(),
        latestEndDateTime: new Date(ends[index]! + limit.windowMs).toISOString(),
      })),
    );
    this.removeEnded(now);
    const exceeded = counted.findIndex(({ limit }, index) => counts[index]! > limit.calls);
    if (exceeded === -1) return;
    throw requestThrottled(counted[exceeded]!.limit, Math.ceil((ends[exceeded]! - now) / 1_000));
  }

  private removeEnded(now: number): void {
    if (now < this.nextRemoval) return;
    this.nextRemoval = now + KEPT_MS;
    this.windows.removeEnded(new Date(now - KEPT_MS)).catch((error: unknown) => {
      if (!this.outage.explains(error)) this.log.error(error);
    });
  }
}
