import 'reflect-metadata';
import type { DatabaseConfiguration } from '../config/configuration.js';
import { databaseOn, openDatabase } from '../database/open.js';
import { ENTITIES } from '../entities.js';
import type { LocalSecrets } from '../identity/local/local-store.js';
import { storedSecrets } from '../identity/local/stored-secrets.js';

/** The secrets of the servers on this database; made, as a server would, where none has been started yet. */
export async function secretsIn(configuration: DatabaseConfiguration): Promise<LocalSecrets> {
  const source = await openDatabase(configuration, ENTITIES);
  const database = await databaseOn(source, configuration, ENTITIES);
  try {
    return await storedSecrets(database);
  } finally {
    await database.close();
  }
}
