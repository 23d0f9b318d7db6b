import type { EntityManager } from 'typeorm';
import type { Configuration } from '../../config/configuration.js';
import type { Database } from '../../database/database.js';
import { findLocalSecrets, keepLocalSecrets, type LocalSecrets } from '../../identity/local/local-store.js';
import { findStoredSecrets, keepStoredSecrets } from '../../identity/local/stored-secrets.js';

/** The secrets of the local issuer, of whichever place the server has them in; undefined where there are none. */
export const findSecrets = async (
  { database, dataDir }: Configuration,
  manager: EntityManager,
): Promise<LocalSecrets | undefined> =>
  database.type === 'postgres' ? findStoredSecrets(manager) : findLocalSecrets(dataDir);

/** Keeps them there, unless there are others; the answer is what is there then. */
export const keepSecrets = async (
  { database: { type }, dataDir }: Configuration,
  database: Database,
  secrets: LocalSecrets,
): Promise<LocalSecrets> =>
  type === 'postgres' ? keepStoredSecrets(database, secrets) : keepLocalSecrets(dataDir, secrets);
