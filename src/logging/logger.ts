import type { LoggerService } from '@nestjs/common';
import { loggable } from '../graph/errors/loggable.js';
import { destination, type Logger, pino } from 'pino';

/** Lines are written together, a block or a fifth of a second's worth at a time: a write for each costs as much as a read of the database. */
const BLOCK_BYTES = 4_096;
const LONGEST_WAIT_MS = 200;

/** JSON lines on standard output, written without holding up the request. */
export const createLogger = (level: string): Logger =>
  pino(
    { level, base: null },
    destination({ dest: 1, sync: false, minLength: BLOCK_BYTES, periodicFlush: LONGEST_WAIT_MS }),
  );

/** Nest's own messages in the same log; its start-up chatter only at `debug`. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug({ rest }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.logger.error(message instanceof Error ? { err: loggable(message) } : { rest }, String(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn({ rest }, String(message));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.logger.fatal({ rest }, String(message));
  }
}
