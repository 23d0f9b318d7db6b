import type { EntityManager } from 'typeorm';
import type { Configuration } from '../../config/configuration.js';
import type { Database } from '../../database/database.js';
import { LocalIdentityEntity } from './local-identity.entity.js';
import {
  findLocalSecrets,
  keepLocalSecrets,
  type LocalSecrets,
  newSecrets,
  usableSecrets,
} from './local-store.js';

const NAME = 'issuer';

/** The secrets in the database, made on first use. Servers that start at once get the same ones: the first row stays. */
export async function storedSecrets(database: Database): Promise<LocalSecrets> {
  const found = await findStoredSecrets(database.read);
  if (found !== undefined) return found;
  const secrets = await newSecrets();
  await database.write((manager) => keepStoredSecrets(manager, secrets));
  return (await findStoredSecrets(database.read))!;
}

/** The secrets in the place where servers of this configuration keep them; undefined if there are none yet. */
export const findSecrets = async (
  { database, dataDir }: Configuration,
  manager: EntityManager,
): Promise<LocalSecrets | undefined> =>
  database.type === 'postgres' ? findStoredSecrets(manager) : findLocalSecrets(dataDir);

/** Keeps these secrets in that place, unless there are others. */
export async function keepSecrets(
  { database, dataDir }: Configuration,
  manager: EntityManager,
  secrets: LocalSecrets,
): Promise<void> {
  if (database.type === 'postgres') await keepStoredSecrets(manager, secrets);
  else keepLocalSecrets(dataDir, secrets);
}

/** @returns undefined if there are none yet. @throws {ConfigurationError} if they cannot be used */
async function findStoredSecrets(manager: EntityManager): Promise<LocalSecrets | undefined> {
  const row = await manager.findOneBy(LocalIdentityEntity, { name: NAME }).catch((error: unknown) => {
    // TypeORM reads the JSON of the row.
    if (error instanceof SyntaxError) return { secrets: undefined };
    throw error;
  });
  if (row === null) return undefined;
  return usableSecrets(
    row.secrets,
    `The row "${NAME}" of the table local_identity (DATABASE_URL)`,
    'Delete the row',
  );
}

async function keepStoredSecrets(manager: EntityManager, secrets: LocalSecrets): Promise<void> {
  await manager
    .createQueryBuilder()
    .insert()
    .into(LocalIdentityEntity)
    .values({ name: NAME, secrets })
    .orIgnore()
    .execute();
}
