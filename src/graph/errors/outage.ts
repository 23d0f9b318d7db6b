import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { isDatabaseAway } from './translate.js';

/** Checks continuously whether the database answers, until it is stopped. */
export interface Watch {
  readonly stopped: boolean;
  tell(listener: { begin(reason: string): void; end(): void }): void;
}

/**
 * An outage of the database has one log line at its begin and one at its end, instead of a stack for each refused request.
 * Without a `Watch`, no outage is known, and each failure is logged.
 */
@Injectable()
export class Outage {
  private source?: Watch;
  private begun = false;

  constructor(private readonly host: HttpAdapterHost) {}

  watch(source: Watch): void {
    this.source = source;
    source.tell(this);
  }

  begin(reason: string): void {
    if (this.begun) return;
    this.begun = true;
    this.log.error(`The database does not answer: ${reason}. Every request gets 503 until it answers again.`);
  }

  end(): void {
    if (!this.begun) return;
    this.begun = false;
    this.log.warn('The database answers again.');
  }

  /** Whether this failure belongs to the outage that the log already reports. */
  explains(failure: unknown): boolean {
    if (this.source?.stopped !== false || !isDatabaseAway(failure)) return false;
    this.begin((failure as Error).message);
    return true;
  }

  private get log(): FastifyBaseLogger {
    return this.host.httpAdapter.getInstance<FastifyInstance>().log;
  }
}
