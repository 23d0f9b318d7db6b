import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import { startServer, type TestServer } from './server.js';

export type LogLine = Record<string, unknown>;

/** A log that is kept in memory. */
export interface MemoryLog {
  readonly logger: Logger;
  /** What was written, a line each. */
  readonly log: string[];
  readonly lines: () => LogLine[];
}

/** A server whose log is kept in memory. */
export type LoggedServer = TestServer & Pick<MemoryLog, 'log' | 'lines'>;

export function memoryLog(): MemoryLog {
  const log: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      log.push(String(chunk));
      done();
    },
  });
  return {
    logger: pino({ level: 'info' }, stream),
    log,
    lines: () => log.map((line) => JSON.parse(line) as LogLine),
  };
}

/** @param settings besides those of a database of its own */
export async function startLogged(settings: Record<string, string> = {}): Promise<LoggedServer> {
  const { logger, log, lines } = memoryLog();
  const server = await startServer(settings, logger);
  log.length = 0;
  return { ...server, log, lines };
}
