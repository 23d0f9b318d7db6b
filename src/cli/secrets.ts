import type { Configuration } from '../config/configuration.js';
import { type LocalSecrets, localSecrets } from '../identity/local/local-store.js';

/** The secrets of the servers of this configuration. Creates them, as a server would, if none has been started yet. */
export async function secretsOf({ database, dataDir }: Configuration): Promise<LocalSecrets> {
  if (database.type === 'sqlite') return localSecrets(dataDir);
  // TypeORM and the entities take longer to load than everything else, and only PostgreSQL needs them.
  await import('reflect-metadata');
  const [{ databaseOn, openDatabase }, { ENTITIES }, { storedSecrets }] = await Promise.all([
    import('../database/open.js'),
    import('../entities.js'),
    import('../identity/local/stored-secrets.js'),
  ]);
  const open = await databaseOn(await openDatabase(database, ENTITIES), database, ENTITIES);
  try {
    return await storedSecrets(open);
  } finally {
    await open.close();
  }
}
