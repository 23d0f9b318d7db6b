import { createPublicKey, type JsonWebKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const FEWEST_BITS = 2048;
const PEM = /-----BEGIN [A-Z ]+-----/;

/** What an application signs its assertions with, as far as others may know it. */
export interface ClientKey {
  readonly publicKey: KeyObject;
  /** Of a JWK that has one. */
  readonly kid?: string;
  /** Of a certificate, in base64url. */
  readonly thumbprints?: { readonly x5t: string; readonly x5tS256: string };
  readonly validUntil?: Date;
}

/** Text in PEM as it stands, or the file that is named instead, beside the one that names it. */
function pemOf(value: string, appsFile: string): string {
  return PEM.test(value) ? value : readFileSync(resolve(dirname(appsFile), value), 'utf8');
}

const base64url = (fingerprint: string): string =>
  Buffer.from(fingerprint.replaceAll(':', ''), 'hex').toString('base64url');

function checked(key: ClientKey): ClientKey {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key.publicKey;
  if (type !== 'rsa') throw new Error(`it must have an RSA key, not one of type ${type ?? 'oct'}`);
  if ((details?.modulusLength ?? 0) < FEWEST_BITS)
    throw new Error(`its RSA key must have at least ${FEWEST_BITS} bits, not ${details?.modulusLength}`);
  return key;
}

/** @throws Error that says why it is no certificate of use */
export function keyOfCertificate(value: string, appsFile: string): ClientKey {
  const certificate = new X509Certificate(pemOf(value, appsFile));
  return checked({
    publicKey: certificate.publicKey,
    thumbprints: { x5t: base64url(certificate.fingerprint), x5tS256: base64url(certificate.fingerprint256) },
    validUntil: new Date(certificate.validTo),
  });
}

/** @throws Error that says why it is no public key of use */
export function publicKeyOf(value: string | JsonWebKey, appsFile: string): ClientKey {
  if (typeof value !== 'string') {
    if (value.d !== undefined) throw new Error('it must be the public key, without the private members');
    const publicKey = createPublicKey({ key: value, format: 'jwk' });
    return checked({ publicKey, kid: typeof value.kid === 'string' ? value.kid : undefined });
  }
  const pem = pemOf(value, appsFile);
  if (pem.includes('PRIVATE KEY')) throw new Error('it must be the public key, not the private one');
  return checked({ publicKey: createPublicKey(pem) });
}
