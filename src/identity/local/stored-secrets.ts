import type { EntityManager } from 'typeorm';
import type { Database } from '../../database/database.js';
import { LocalIdentityEntity } from './local-identity.entity.js';
import { type LocalSecrets, newSecrets, usableSecrets } from './local-store.js';

const NAME = 'issuer';

/** The secrets in the database, made on first use. Servers that start at once get the same ones: the first row stays. */
export async function storedSecrets(database: Database): Promise<LocalSecrets> {
  return (await findStoredSecrets(database.read)) ?? keepStoredSecrets(database, await newSecrets());
}

/** The secrets in the database; undefined where there are none yet. @throws {ConfigurationError} where they cannot be used */
export async function findStoredSecrets(manager: EntityManager): Promise<LocalSecrets | undefined> {
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

/** Keeps these secrets in the database, unless there are others; the answer is what is there then. */
export async function keepStoredSecrets(database: Database, secrets: LocalSecrets): Promise<LocalSecrets> {
  await database.write((manager) =>
    manager
      .createQueryBuilder()
      .insert()
      .into(LocalIdentityEntity)
      .values({ name: NAME, secrets })
      .orIgnore()
      .execute(),
  );
  return (await findStoredSecrets(database.read))!;
}
