import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from '../../config/configuration-error.js';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

const FILE = 'local-identity.json';

/** What the local issuer must remember: its signing key, and the secret of the application registered from the start. */
export interface LocalSecrets {
  readonly key: JWK & { readonly kid: string };
  readonly clientSecret: string;
}

/** Provides the {@link LocalSecrets} of this server. */
export const LOCAL_SECRETS = Symbol('local secrets');

const isMissing = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ENOENT';

export async function newSecrets(): Promise<LocalSecrets> {
  const { privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  return {
    key: {
      ...(await exportJWK(privateKey)),
      kid: randomBytes(16).toString('base64url'),
      alg: 'RS256',
      use: 'sig',
    },
    clientSecret: randomBytes(30).toString('base64url'),
  };
}

/**
 * The secrets in `dataDir`, made on first use with mode 0600. Two processes that start at once get the same ones: the
 * file appears whole or not at all, and the first one stays.
 */
export async function localSecrets(dataDir: string): Promise<LocalSecrets> {
  return findLocalSecrets(dataDir) ?? keepLocalSecrets(dataDir, await newSecrets());
}

/** The secrets in `dataDir`; undefined where there are none yet. @throws {ConfigurationError} where they cannot be read */
export function findLocalSecrets(dataDir: string): LocalSecrets | undefined {
  const path = join(dataDir, FILE);
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LocalSecrets;
  } catch (error) {
    if (isMissing(error)) return undefined;
    // Without the parser's words, which quote the file.
    throw new ConfigurationError([
      'code' in (error as Error)
        ? `${path} cannot be read (DATA_DIR): ${(error as Error).message}`
        : `${path} cannot be read. Remove it to have new keys.`,
    ]);
  }
}

/** Keeps these secrets in `dataDir`, unless there are others; the answer is what is there then. */
export function keepLocalSecrets(dataDir: string, secrets: LocalSecrets): LocalSecrets {
  const path = join(dataDir, FILE);
  mkdirSync(dataDir, { recursive: true });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  writeFileSync(draft, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return JSON.parse(readFileSync(path, 'utf8')) as LocalSecrets;
}
