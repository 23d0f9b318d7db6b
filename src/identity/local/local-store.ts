import { createPrivateKey, type JsonWebKey, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigurationError } from '../../config/configuration.js';
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
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new ConfigurationError([`${path} cannot be read (DATA_DIR): ${(error as Error).message}`]);
  }
  try {
    // Also one that was copied here.
    chmodSync(path, 0o600);
  } catch {
    // Another user's file, which is read all the same.
  }
  return usableSecrets(jsonOf(text), `${path} (DATA_DIR)`, 'Remove the file');
}

/** Undefined if it is not JSON. The parser's message is not used, since it quotes the file. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Stored secrets, checked before their first use.
 * @param where they are stored
 * @param remedy what removes them
 * @throws {ConfigurationError} where they are incomplete or broken
 */
export function usableSecrets(stored: unknown, where: string, remedy: string): LocalSecrets {
  const fault = faultOf(stored);
  if (fault === undefined) return stored as LocalSecrets;
  throw new ConfigurationError([
    `${where} cannot be used: ${fault}. ${remedy} to have a new key and a new secret; tokens issued before are then refused.`,
  ]);
}

function faultOf(stored: unknown): string | undefined {
  if (typeof stored !== 'object' || stored === null) return 'it is not a JSON object';
  const { key, clientSecret } = stored as { key?: JWK; clientSecret?: unknown };
  if (typeof clientSecret !== 'string' || clientSecret === '') return 'its clientSecret is missing';
  if (typeof key !== 'object' || key === null) return 'its key is missing';
  try {
    const { asymmetricKeyType } = createPrivateKey({ key: key as JsonWebKey, format: 'jwk' });
    if (asymmetricKeyType === 'rsa' && typeof key.kid === 'string') return undefined;
  } catch {
    // OpenSSL's message does not help the reader.
  }
  return 'its key is not a private RSA key with a kid';
}

/**
 * Keeps these secrets in `dataDir`, unless there are others; the answer is what is there then.
 * @throws {ConfigurationError} where the folder cannot be written
 */
export function keepLocalSecrets(dataDir: string, secrets: LocalSecrets): LocalSecrets {
  const path = join(dataDir, FILE);
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(draft, `${JSON.stringify(secrets, undefined, 2)}\n`, { mode: 0o600, flush: true });
    linkSync(draft, path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST' || !existsSync(path))
      throw new ConfigurationError([`${path} cannot be written (DATA_DIR): ${message}`]);
  } finally {
    rmSync(draft, { force: true });
  }
  return findLocalSecrets(dataDir)!;
}
