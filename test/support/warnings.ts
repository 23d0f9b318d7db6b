import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';

const WARN = 40;

/** A log of warnings that is kept in memory. */
export interface WarningLog {
  readonly logger: Logger;
  /** The messages since they were last taken, in their order. */
  take(): string[];
}

export function warningLog(): WarningLog {
  const messages: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      for (const line of String(chunk).split('\n').filter(Boolean)) {
        const { level, msg } = JSON.parse(line) as { level: number; msg: string };
        if (level === WARN) messages.push(msg);
      }
      done();
    },
  });
  return { logger: pino({ level: 'warn' }, stream), take: () => messages.splice(0) };
}
