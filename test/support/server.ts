import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { afterAll, beforeAll } from 'vitest';
import { createApp } from '../../src/app.js';
import { type Configuration, loadConfiguration } from '../../src/config/configuration.js';
import { temporaryDatabase } from './database.js';

/** The real application on a free port, with a database of its own. */
export interface TestServer {
  readonly app: NestFastifyApplication;
  readonly configuration: Configuration;
  readonly url: string;
  readonly dataDir: string;
  /** What makes a program work on the same database. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/**
 * A server for all tests of this file or `describe`: it starts before them and closes after them. Hooks and tests may
 * use it, not the code around them, which runs before it has started.
 */
export function useServer(environment: Record<string, string> = {}, logger?: Logger): TestServer {
  let started: TestServer | undefined;
  const running = (): TestServer => {
    if (started === undefined) throw new Error('The server runs in hooks and tests only.');
    return started;
  };
  beforeAll(async () => {
    started = await startServer(environment, logger);
  });
  afterAll(() => started?.close());
  return {
    get app() {
      return running().app;
    },
    get configuration() {
      return running().configuration;
    },
    get url() {
      return running().url;
    },
    get dataDir() {
      return running().dataDir;
    },
    get environment() {
      return running().environment;
    },
    close: () => running().close(),
  };
}

/** A folder that nobody else uses, and the way to remove it. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'graph-connections-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Starts a server by the same environment variables that a user would set, with a log of its own where one is given. */
export async function startServer(
  environment: Record<string, string> = {},
  logger?: Logger,
): Promise<TestServer> {
  const own = await temporaryDatabase();
  const set = { ...own.environment, ...environment };
  const configuration = loadConfiguration({
    PORT: '0',
    LOG_LEVEL: 'silent',
    MAX_CONNECTIONS_PER_TENANT: '1000000',
    ...set,
  });
  const app = await createApp(configuration, logger);
  await app.listen(configuration.server.port, configuration.server.host);
  return {
    app,
    configuration,
    url: await app.getUrl(),
    dataDir: configuration.dataDir,
    environment: set,
    close: async () => {
      await app.close();
      await own.remove();
    },
  };
}
