import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { javaTrustStore, JAVA_PASSWORD } from './java-trust-store.js';

/** Where systems keep the certificates that they trust, in PEM. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/** Variables that take the place of the public roots, so that their file must hold these as well. */
const REPLACING = ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'] as const;

/**
 * The variables by which a program trusts some authorities beside those that it trusts by itself. Their files are written to
 * `folder`.
 * @param authorities certificates in PEM
 * @param environment what the program would get otherwise; what it names already stays trusted
 */
export function trustVariables(
  folder: string,
  authorities: readonly string[],
  environment: NodeJS.ProcessEnv,
): Record<string, string> {
  const named = [...REPLACING, 'NODE_EXTRA_CA_CERTS'].flatMap((name) => environment[name] ?? []);
  const known = named.filter(existsSync).map(read);
  const file = (name: string, content: string | Buffer): string => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  };
  const own = file('authorities.pem', [...known, ...authorities].join('\n'));
  const roots = [...SYSTEM_BUNDLES.filter(existsSync).slice(0, 1).map(read), ...rootCertificates];
  const whole = [...new Set([...roots, ...known, ...authorities].flatMap(certificatesIn))];
  const bundle = file('bundle.pem', `${whole.join('\n')}\n`);
  const store = file('bundle.jks', javaTrustStore(whole));
  const java = [
    environment.JAVA_TOOL_OPTIONS,
    `-Djavax.net.ssl.trustStore=${store}`,
    '-Djavax.net.ssl.trustStoreType=JKS',
    `-Djavax.net.ssl.trustStorePassword=${JAVA_PASSWORD}`,
  ];
  return {
    NODE_EXTRA_CA_CERTS: own,
    ...Object.fromEntries(REPLACING.map((name) => [name, bundle])),
    JAVA_TOOL_OPTIONS: java.filter(Boolean).join(' '),
  };
}

const read = (path: string): string => readFileSync(path, 'utf8');

const certificatesIn = (pem: string): string[] =>
  pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
