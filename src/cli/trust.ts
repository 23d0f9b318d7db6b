import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Configuration, ConfigurationError, loadConfiguration } from '../config/configuration.js';
import { authorityPath, localCertificate } from '../tls/local-authority.js';
import { command, UsageError } from './command.js';
import { trustVariables } from './run/trust.js';

/** The variables that each language reads. */
const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  node: ['NODE_EXTRA_CA_CERTS'],
  python: ['REQUESTS_CA_BUNDLE'],
  go: ['SSL_CERT_FILE'],
  java: ['JAVA_TOOL_OPTIONS'],
  dotnet: ['SSL_CERT_FILE'],
  curl: ['CURL_CA_BUNDLE'],
};

const LANGUAGES = Object.keys(VARIABLES);

const USAGE = `npm run -s trust -- --print LANGUAGE     prints the variables that make programs trust the server's certificate
  --print LANGUAGE   ${LANGUAGES.join(', ')}
  The files that they name are written to DATA_DIR/tls. No trust store of this machine changes.
`;

async function print({ print: language }: { readonly print?: string }): Promise<void> {
  const names = VARIABLES[language ?? ''];
  if (names === undefined)
    throw new UsageError(
      language === undefined
        ? '--print is missing'
        : `--print ${language}: must be one of ${LANGUAGES.join(', ')}`,
    );
  const configuration = loadConfiguration(process.env);
  const variables = await variablesOf(configuration);
  for (const name of names) process.stdout.write(`${name}=${variables[name]!}\n`);
}

async function variablesOf(configuration: Configuration): Promise<Record<string, string>> {
  const { tls, dataDir } = configuration;
  if (tls.mode === 'off') throw new ConfigurationError(['TLS=off: there is no certificate to trust.']);
  // Made if no server has made it yet.
  if (tls.mode === 'self-signed') await localCertificate(dataDir, tls.names, new Date());
  const authority = authorityPath(dataDir);
  const folder = dirname(authority);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return trustVariables(
    folder,
    [readFileSync(tls.mode === 'files' ? tls.certFile : authority, 'utf8')],
    process.env,
  );
}

await command({ usage: USAGE, options: { print: { type: 'string' } }, run: print });
