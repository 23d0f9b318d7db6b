import type { TestProject } from 'vitest/node';
import { loadConfiguration } from '../../../src/config/configuration.js';
import { openDatabase } from '../../../src/database/open.js';
import { ENTITIES } from '../../../src/entities.js';
import { PostgresCluster } from './cluster.js';
import { createDatabase } from './databases.js';

/** What the tests of a run on PostgreSQL know of it. */
export interface ProvidedPostgres {
  readonly port: number;
  /** The database that every other one is a copy of: migrated, and empty. */
  readonly template: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    readonly postgres?: ProvidedPostgres;
  }
}

const TEMPLATE = 'template_migrated';

/** Starts PostgreSQL for the tests of a project, and stops it at their end. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const cluster = await PostgresCluster.start();
  await createDatabase(cluster.url('postgres'), TEMPLATE);
  const { database } = loadConfiguration({ DATABASE_URL: cluster.url(TEMPLATE) });
  await (await openDatabase(database, ENTITIES)).destroy();
  provide('postgres', { port: cluster.port, template: TEMPLATE });
  return () => cluster.stop();
}
