import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Configuration, ConfigurationError, loadConfiguration } from '../config/configuration.js';
import { FIRST_APP_ID } from '../identity/local/local-apps.js';
import { DEFAULT_TENANT } from '../identity/local/tenant.js';
import { command, tenantNamed, UsageError } from './command.js';
import { type AsGraph, startAsGraph } from './run/as-graph.js';
import { findOrStart, type LocalServer } from './run/server.js';
import { secretsOf } from './secrets.js';
import { trustVariables } from './run/trust.js';

const USAGE = `npm run -s run -- [options] -- PROGRAM ARGUMENTS     runs a program against this server, unchanged
  The command uses the server of PORT and DATA_DIR. If none runs, it starts one and stops it after the program. The
  program trusts the server's certificate and signs in at the server: the command sets AZURE_AUTHORITY_HOST,
  AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET. Nothing outside the program changes. The exit code is the
  program's.
  --as-graph      requests to https://graph.microsoft.com and https://login.microsoftonline.com reach this server, for
                  this program only. Node.js programs need nothing else. Python, Go, Java, .NET and curl use
                  HTTPS_PROXY, unless they choose their own proxy.
  --tenant NAME   the tenant to sign in at, a domain name or a GUID (default: contoso.example)
`;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The hosts that the program reaches without a proxy. */
const LOCAL = 'localhost,127.0.0.1,::1';

/** Node.js reads no HTTPS_PROXY by itself: a preloaded module redirects its TLS connections. */
function nodePreload({ tlsPort }: AsGraph, environment: NodeJS.ProcessEnv): Record<string, string> {
  const file = fileURLToPath(new URL('run/node-preload.cjs', import.meta.url));
  return {
    NODE_OPTIONS: [environment.NODE_OPTIONS, `--require ${JSON.stringify(file)}`].filter(Boolean).join(' '),
    GRAPH_CONNECTIONS_AS_GRAPH_PORT: String(tlsPort),
  };
}

function proxyVariables({ proxyPort }: AsGraph, environment: NodeJS.ProcessEnv): Record<string, string> {
  const proxy = `http://127.0.0.1:${proxyPort}`;
  const except = [environment.NO_PROXY ?? environment.no_proxy, LOCAL].filter(Boolean).join(',');
  return {
    HTTPS_PROXY: proxy,
    https_proxy: proxy,
    NO_PROXY: except,
    no_proxy: except,
  };
}

/** What a program needs to use the server: trust, and an identity. */
async function variablesFor(
  server: LocalServer,
  front: AsGraph | undefined,
  configuration: Configuration,
  tenantId: string,
  folder: string,
): Promise<Record<string, string>> {
  const { env } = process;
  const authorities = [server.authority, ...(front === undefined ? [] : [front.authority])];
  const trust = trustVariables(folder, authorities, env);
  const { clientSecret } = await secretsOf(configuration);
  const authority =
    front === undefined ? `https://localhost:${server.port}` : 'https://login.microsoftonline.com';
  const identity = {
    AZURE_AUTHORITY_HOST: authority,
    AZURE_TENANT_ID: tenantId,
    AZURE_CLIENT_ID: FIRST_APP_ID,
    AZURE_CLIENT_SECRET: clientSecret,
  };
  if (front === undefined) return { ...trust, ...identity };
  const java = `-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=${front.proxyPort} -Dhttp.nonProxyHosts=${LOCAL.replaceAll(',', '|')}`;
  return {
    ...trust,
    JAVA_TOOL_OPTIONS: `${trust.JAVA_TOOL_OPTIONS} ${java}`,
    ...identity,
    ...nodePreload(front, env),
    ...proxyVariables(front, env),
  };
}

/** Runs the program; its exit code, or that of a shell for the signal that ended it. */
async function runProgram(
  [program, ...args]: readonly string[],
  variables: Record<string, string>,
): Promise<number> {
  const child = spawn(program!, args, {
    stdio: 'inherit',
    env: { ...process.env, ...variables },
    // On Windows, npm and the like are scripts that only a shell starts.
    shell: process.platform === 'win32',
  });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, pass);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  for (const each of SIGNALS) process.off(each, pass);
  return code ?? 128 + constants.signals[signal!];
}

async function run(
  options: { readonly 'as-graph': boolean; readonly tenant?: string },
  program: readonly string[],
): Promise<void> {
  if (program.length === 0) throw new UsageError('The program is missing: write it after --.');
  const tenantId = options.tenant === undefined ? DEFAULT_TENANT : tenantNamed(options.tenant);
  const configuration = loadConfiguration({ LOG_LEVEL: 'warn', ...process.env });
  if (configuration.tls.mode === 'off')
    throw new ConfigurationError([
      'TLS=off: programs sign in over https only. Use TLS=self-signed, the default on loopback.',
    ]);
  if (configuration.identity.mode !== 'local')
    throw new ConfigurationError([
      'IDENTITY=oidc: the program would need an application of that issuer. Use IDENTITY=local.',
    ]);
  const server = await findOrStart(configuration);
  const folder = mkdtempSync(join(tmpdir(), 'graph-connections-run-'));
  let front: AsGraph | undefined;
  try {
    if (options['as-graph']) front = await startAsGraph(server);
    const variables = await variablesFor(server, front, configuration, tenantId, folder);
    process.exitCode = await runProgram(program, variables);
  } finally {
    front?.close();
    rmSync(folder, { recursive: true, force: true });
    await server.close();
  }
}

await command({
  usage: USAGE,
  takesRest: true,
  options: {
    'as-graph': { type: 'boolean', default: false },
    tenant: { type: 'string' },
  },
  run,
  sentence: (error) =>
    (error as NodeJS.ErrnoException).syscall?.startsWith('spawn') === true
      ? `The program cannot be started: ${error.message}.`
      : undefined,
});
