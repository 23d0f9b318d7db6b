import { Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { isDatabaseAway } from './translate.js';

/** Asks the database all the time whether it answers, until it is stopped. */
export interface Watch {
  readonly stopped: boolean;
  tell(listener: { begin(reason: string): void; end(): void }): void;
}

/**
 * A time in which the database is away: one line when it begins and one when it ends, instead of a stack for each request
 * that it refuses. Where nobody can tell that it has ended, there is none, and each failure speaks for itself.
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

  /** Whether this failure is one of an outage, which the log then has, and needs no line of its own. */
  explains(failure: unknown): boolean {
    if (this.source?.stopped !== false || !isDatabaseAway(failure)) return false;
    this.begin((failure as Error).message);
    return true;
  }

  private get log(): FastifyBaseLogger {
    return this.host.httpAdapter.getInstance<FastifyInstance>().log;
  }
}
