import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Configuration, ConfigurationError } from '../config/configuration.js';
import { localCertificate } from './local-authority.js';
import type { Certificate } from './make-certificates.js';

/**
 * The certificate that the configuration names; undefined if the server answers http only. That it does too, with a warning, if
 * a certificate that nobody asked for cannot be kept.
 * @throws {ConfigurationError} if a file cannot be read or written, has ended, or does not belong to the other
 */
export async function certificateOf(
  { tls, dataDir }: Configuration,
  now: Date,
  warn: (message: string) => void,
): Promise<Certificate | undefined> {
  if (tls.mode === 'off') return undefined;
  if (tls.mode === 'files') return ownCertificate(tls.certFile, tls.keyFile, now);
  try {
    return await localCertificate(dataDir, tls.names, now);
  } catch (error) {
    const problem = `The certificate cannot be kept in ${join(dataDir, 'tls')} (DATA_DIR): ${(error as Error).message}`;
    if (!tls.isDefault) throw new ConfigurationError([problem]);
    warn(`${problem}. The server answers http only.`);
    return undefined;
  }
}

function ownCertificate(certFile: string, keyFile: string, now: Date): Certificate {
  const cert = read('TLS_CERT', certFile);
  const key = read('TLS_KEY', keyFile);
  const certificate = attempt(
    'TLS_CERT',
    certFile,
    'holds no certificate in PEM',
    () => new X509Certificate(cert),
  );
  const privateKey = attempt('TLS_KEY', keyFile, 'holds no private key in PEM without a password', () =>
    createPrivateKey(key),
  );
  if (!certificate.checkPrivateKey(privateKey))
    throw new ConfigurationError([
      `TLS_KEY="${keyFile}" does not belong to the certificate TLS_CERT="${certFile}".`,
    ]);
  if (Date.parse(certificate.validTo) <= now.getTime())
    throw new ConfigurationError([
      `TLS_CERT="${certFile}" has expired: it was valid until ${certificate.validTo}.`,
    ]);
  if (Date.parse(certificate.validFrom) > now.getTime())
    throw new ConfigurationError([
      `TLS_CERT="${certFile}" is not valid yet: it is valid from ${certificate.validFrom}.`,
    ]);
  return { cert, key };
}

function read(variable: string, path: string): string {
  return attempt(variable, path, 'cannot be read', () => readFileSync(path, 'utf8'));
}

function attempt<T>(variable: string, path: string, problem: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new ConfigurationError([`${variable}="${path}" ${problem}: ${(error as Error).message}.`]);
  }
}
