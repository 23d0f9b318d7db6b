import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import { AsnSerializer } from '@peculiar/asn1-schema';
import { GeneralName, GeneralSubtree, GeneralSubtrees, NameConstraints } from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';

/** What a server shows and what it proves itself by: PEM texts. The first may be followed by those that vouch for it. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** The addresses that a local authority can vouch for. */
const LOOPBACK = ['127.0.0.0/8', '::1/128'];

const LOOPBACK_ADDRESSES = ['127.0.0.1', '::1'];

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

const DAY_MS = 86_400_000;

/** Apple's systems refuse a server's certificate that is good for longer. */
const LONGEST_SERVER_DAYS = 825;
const AUTHORITY_DAYS = 3_650;

/** Clocks differ between a container and its host. */
const BACKDATED_MS = 3_600_000;

x509.cryptoProvider.set(webcrypto as never);

/** Whether this authority can vouch for these names and for no other. */
export function isAuthorityFor(cert: string, dnsNames: readonly string[]): boolean {
  const wanted = constraintsFor(dnsNames);
  const found = new x509.X509Certificate(cert).getExtension(wanted.type);
  return found !== null && Buffer.from(found.rawData).equals(Buffer.from(wanted.rawData));
}

/** Makes an authority that can vouch for these names and for loopback addresses only: each client checks that. */
export async function makeAuthority(dnsNames: readonly string[], now: Date): Promise<Certificate> {
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    // Its own name each time, since trust stores find an authority by its name.
    name: `CN=Graph Connections local authority ${randomBytes(3).toString('hex')}`,
    ...validFrom(now, AUTHORITY_DAYS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      constraintsFor(dnsNames),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: certificate.toString('pem'), key: await pemOf(keys.privateKey) };
}

/** Makes a server's certificate for these names and for `127.0.0.1` and `::1`. */
export async function makeServerCertificate(
  authority: Certificate,
  dnsNames: readonly string[],
  now: Date,
): Promise<Certificate> {
  const keys = await makeKeys();
  const issuer = new x509.X509Certificate(authority.cert);
  const der = x509.PemConverter.decodeFirst(authority.key);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=localhost',
    issuer: issuer.subject,
    ...validFrom(now, LONGEST_SERVER_DAYS),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: await webcrypto.subtle.importKey('pkcs8', der, ALGORITHM, false, ['sign']),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
        ...LOOPBACK_ADDRESSES.map((value) => ({ type: 'ip' as const, value })),
      ]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return { cert: certificate.toString('pem'), key: await pemOf(keys.privateKey) };
}

const makeKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

const pemOf = async (key: webcrypto.CryptoKey): Promise<string> =>
  x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');

/** Positive: the first byte says so. */
const serialNumber = (): string => `01${randomBytes(15).toString('hex')}`;

function validFrom(now: Date, days: number): { notBefore: Date; notAfter: Date } {
  const begin = now.getTime() - BACKDATED_MS;
  return { notBefore: new Date(begin), notAfter: new Date(begin + days * DAY_MS) };
}

/** Critical: a client that does not understand it must refuse the certificate (RFC 5280 4.2.1.10). */
function constraintsFor(dnsNames: readonly string[]): x509.Extension {
  const bases = [
    ...dnsNames.map((dNSName) => new GeneralName({ dNSName })),
    ...LOOPBACK.map((iPAddress) => new GeneralName({ iPAddress })),
  ];
  const permittedSubtrees = new GeneralSubtrees(bases.map((base) => new GeneralSubtree({ base })));
  return new x509.Extension(
    '2.5.29.30',
    true,
    AsnSerializer.serialize(new NameConstraints({ permittedSubtrees })),
  );
}
