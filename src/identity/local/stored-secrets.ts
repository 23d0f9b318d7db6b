import type { Database } from '../../database/database.js';
import { LocalIdentityEntity } from './local-identity.entity.js';
import { type LocalSecrets, newSecrets } from './local-store.js';

const NAME = 'issuer';

/** The secrets in the database, made on first use. Servers that start at once get the same ones: the first row stays. */
export async function storedSecrets(database: Database): Promise<LocalSecrets> {
  const find = (): Promise<LocalIdentityEntity | null> =>
    database.read.findOneBy(LocalIdentityEntity, { name: NAME });
  const found = await find();
  if (found !== null) return found.secrets;
  const secrets = await newSecrets();
  await database.write((manager) =>
    manager
      .createQueryBuilder()
      .insert()
      .into(LocalIdentityEntity)
      .values({ name: NAME, secrets })
      .orIgnore()
      .execute(),
  );
  return (await find())!.secrets;
}
