import type { LoggerService } from '@nestjs/common';
import type { Configuration } from '../config/configuration.js';
import { loggable } from '../graph/errors/failure-log.js';
import { destination, type Logger, pino } from 'pino';
import { default as pretty } from 'pino-pretty';

/** Lines are written together, a block or a fifth of a second's worth at a time: a write for each costs as much as a read of the database. */
const BLOCK_BYTES = 4_096;
const LONGEST_WAIT_MS = 200;

interface Line {
  readonly msg?: string;
  readonly requestId?: string;
  readonly method?: string;
  readonly path?: string;
  readonly status?: number;
  readonly ms?: number;
  readonly error?: { readonly code: string; readonly message: string; readonly target?: string };
}

/** What a person wants to know of a line; the whole of it is in the JSON. */
function inWords({ msg = '', requestId, method = '', path = '', status, ms, error }: Line): string {
  if (msg !== 'request') return requestId === undefined ? msg : `${msg} (request-id ${requestId})`;
  const request = [status, method, path, ms === undefined ? '' : `${ms} ms`].filter(Boolean).join(' ');
  if (error === undefined) return request;
  const target = error.target === undefined ? '' : ` (${error.target})`;
  return `${request}\n    ${error.code}: ${error.message}${target}`;
}

const forPeople = () =>
  pretty({
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname,requestId,clientRequestId,method,path,status,ms,tenant,app,error,rest',
    messageFormat: inWords as never,
    // Behind what the start has written there.
    destination: process.stdout,
  });

/** A log on standard output: readable lines on a terminal, elsewhere JSON, which is written without holding up the request. */
export function createLogger({ level, format }: Configuration['log']): Logger {
  const isPretty = format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
  return pino(
    { level, base: null },
    isPretty
      ? forPeople()
      : destination({ dest: 1, sync: false, minLength: BLOCK_BYTES, periodicFlush: LONGEST_WAIT_MS }),
  );
}

/** The contexts in which Nest logs an error that it also throws. The caller reports it once. */
const THROWN_AS_WELL = new Set<unknown>(['ExceptionHandler', 'NestApplication', 'TypeOrmModule']);

/** Nest's own messages in the same log; its start-up chatter only at `debug`. */
export class NestLog implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug({ rest }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    if (THROWN_AS_WELL.has(rest.at(-1))) return;
    this.logger.error(message instanceof Error ? { err: loggable(message) } : { rest }, String(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn({ rest }, String(message));
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.logger.fatal({ rest }, String(message));
  }
}
