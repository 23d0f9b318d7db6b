import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Logger, pino } from 'pino';
import { createApp } from '../../app.js';
import type { Configuration } from '../../config/configuration.js';
import { authorityPath } from '../../tls/local-authority.js';

/** A server that answers https on `localhost`. */
export interface LocalServer {
  readonly port: number;
  /** In PEM: what its clients must trust. */
  readonly authority: string;
  /** Whether it was running before. */
  readonly wasRunning: boolean;
  close(): Promise<void>;
}

/** How long a server on the port has to say that it is ours, before another is started. */
const ANSWER_MS = 5_000;

/** Finds the server of this configuration, or starts one: on the port of the configuration, or on a free one if that is taken. */
export async function findOrStart(configuration: Configuration): Promise<LocalServer> {
  const running = await find(configuration);
  if (running !== undefined) return running;
  // The output is that of the program that runs.
  const log: Logger = pino(
    { level: configuration.log.level, base: null },
    pino.destination({ dest: 2, sync: true }),
  );
  const app = await createApp(configuration, log);
  try {
    await listen(app, configuration.server);
  } catch (error) {
    await app.close();
    throw error;
  }
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { port, authority: authorityOf(configuration), wasRunning: false, close: () => app.close() };
}

async function listen(
  app: Awaited<ReturnType<typeof createApp>>,
  { port, host }: Configuration['server'],
): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    await app.listen(0, host);
  }
}

const authorityOf = ({ tls, dataDir }: Configuration): string =>
  readFileSync(tls.mode === 'files' ? tls.certFile : authorityPath(dataDir), 'utf8');

/** A server on the port that proves itself by the certificate of this configuration is the one that is meant. */
async function find(configuration: Configuration): Promise<LocalServer | undefined> {
  const { port } = configuration.server;
  if (port === 0) return undefined;
  let authority: string;
  try {
    authority = authorityOf(configuration);
  } catch {
    return undefined;
  }
  const options = { host: '127.0.0.1', port, path: '/health/live', servername: 'localhost', ca: authority };
  const isOurs = await new Promise<boolean>((resolve) => {
    get({ ...options, timeout: ANSWER_MS, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    })
      .on('timeout', function (this: { destroy(): void }) {
        this.destroy();
      })
      .on('error', () => resolve(false));
  });
  return isOurs ? { port, authority, wasRunning: true, close: () => Promise.resolve() } : undefined;
}
