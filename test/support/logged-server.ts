import { Writable } from 'node:stream';
import { pino } from 'pino';
import { createApp } from '../../src/app.js';
import { loadConfiguration } from '../../src/config/configuration.js';
import { temporaryDatabase } from './database.js';
import type { TestServer } from './server.js';

export type LogLine = Record<string, unknown>;

/** A server whose log is kept in memory. */
export type LoggedServer = TestServer & { readonly log: string[]; readonly lines: () => LogLine[] };

/** @param settings besides those of a database of its own */
export async function startLogged(settings: Record<string, string> = {}): Promise<LoggedServer> {
  const own = await temporaryDatabase();
  const environment = { ...own.environment, ...settings };
  const log: string[] = [];
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      log.push(String(chunk));
      done();
    },
  });
  const configuration = loadConfiguration({ PORT: '0', ...environment });
  const app = await createApp(configuration, pino({ level: 'info' }, stream));
  await app.listen(0, '127.0.0.1');
  log.length = 0;
  return {
    app,
    configuration,
    url: await app.getUrl(),
    dataDir: configuration.dataDir,
    environment,
    log,
    lines: () => log.map((line) => JSON.parse(line) as LogLine),
    close: async () => {
      await app.close();
      await own.remove();
    },
  };
}
