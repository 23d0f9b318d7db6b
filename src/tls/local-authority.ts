import { createPrivateKey, randomBytes, X509Certificate } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Certificate } from './make-certificates.js';

const FOLDER = 'tls';
const AUTHORITY = 'authority';
const SERVER = 'server';

/** Made anew this long before its end, so that none ends while a server runs. */
const RENEWAL_MS = 30 * 86_400_000;

/** The local authority's certificate: the one file that a client must trust. */
export const authorityPath = (dataDir: string): string => join(dataDir, FOLDER, `${AUTHORITY}.pem`);

/**
 * The certificate of this server for `localhost`, `127.0.0.1`, `::1` and `names`. It is kept in `DATA_DIR/tls` beside the
 * authority that vouches for it; only its owner can read the folder. Each is made if missing, near its end, or for other names.
 * @param names DNS names beside `localhost`
 */
export async function localCertificate(
  dataDir: string,
  names: readonly string[],
  now: Date,
): Promise<Certificate> {
  const folder = join(dataDir, FOLDER);
  const dnsNames = [...new Set(['localhost', ...names.map((name) => name.toLowerCase())])].toSorted();
  closeToOthers(folder);
  const authority = read(folder, AUTHORITY);
  const server = read(folder, SERVER);
  if (authority !== undefined && server !== undefined && isGood(server, authority, dnsNames, now))
    return server;
  // The library that makes certificates takes longer to load than all the rest.
  const { isAuthorityFor, makeAuthority, makeServerCertificate } = await import('./make-certificates.js');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Clients that trust the authority go on to, if only the server's certificate is missing or near its end.
  const kept =
    authority !== undefined && isWhole(authority, now) && isAuthorityFor(authority.cert, dnsNames)
      ? authority
      : write(folder, AUTHORITY, await makeAuthority(dnsNames, now));
  return write(folder, SERVER, await makeServerCertificate(kept, dnsNames, now));
}

function isGood(
  server: Certificate,
  authority: Certificate,
  dnsNames: readonly string[],
  now: Date,
): boolean {
  if (!isWhole(server, now) || !isWhole(authority, now)) return false;
  const certificate = new X509Certificate(server.cert);
  const issuer = new X509Certificate(authority.cert);
  const named = (certificate.subjectAltName ?? '')
    .split(', ')
    .filter((name) => name.startsWith('DNS:'))
    .map((name) => name.slice(4))
    .toSorted();
  return named.join() === dnsNames.join() && certificate.verify(issuer.publicKey);
}

/** Whether it can be read, has its own key, and is valid for a while. */
function isWhole({ cert, key }: Certificate, now: Date): boolean {
  try {
    const certificate = new X509Certificate(cert);
    return (
      certificate.checkPrivateKey(createPrivateKey(key)) &&
      Date.parse(certificate.validFrom) <= now.getTime() &&
      Date.parse(certificate.validTo) - now.getTime() > RENEWAL_MS
    );
  } catch {
    // A broken file is replaced.
    return false;
  }
}

/** Also a folder and files that were copied here. */
function closeToOthers(folder: string): void {
  try {
    chmodSync(folder, 0o700);
    for (const file of readdirSync(folder)) chmodSync(join(folder, file), 0o600);
  } catch {
    // They are missing, or another user's, whose files are read all the same.
  }
}

function read(folder: string, name: string): Certificate | undefined {
  try {
    return {
      cert: readFileSync(join(folder, `${name}.pem`), 'utf8'),
      key: readFileSync(join(folder, `${name}-key.pem`), 'utf8'),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Each file is replaced as a whole, so that nobody reads half of one. */
function write(folder: string, name: string, certificate: Certificate): Certificate {
  replace(join(folder, `${name}-key.pem`), certificate.key);
  replace(join(folder, `${name}.pem`), certificate.cert);
  return certificate;
}

function replace(path: string, content: string): void {
  const begun = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    writeFileSync(begun, content, { mode: 0o600 });
    renameSync(begun, path);
  } catch (error) {
    rmSync(begun, { force: true });
    throw error;
  }
}
