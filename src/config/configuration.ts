import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { type Environment, quoteVariable, readEnvironment } from './environment.js';

/** Stops the start. Its message names every invalid variable, its value and the expected values. */
export class ConfigurationError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is invalid:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/** Microsoft Graph's own audiences: its address, and its application id (docs/contract/api.md#3). */
export const GRAPH_AUDIENCES = ['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000'];

/**
 * The issuer that real Microsoft Graph tokens name, and one that MSAL accepts of any authority. It does not
 * depend on host and port, so a token stays valid when the server moves.
 */
const LOCAL_ISSUER = 'https://sts.windows.net/{tenant}/';

export interface SqliteConfiguration {
  readonly type: 'sqlite';
  readonly path: string;
}

export interface PostgresConfiguration {
  readonly type: 'postgres';
  readonly url: string;
  /** The most connections at the same time. */
  readonly pool: number;
  /** From the address, for messages; these have no secret. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
}

export type DatabaseConfiguration = SqliteConfiguration | PostgresConfiguration;

export interface LocalIdentityConfiguration {
  readonly mode: 'local';
  /** `{tenant}` stands for the tenant of each token. */
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly appsFile?: string;
}

interface OidcIdentityConfiguration {
  readonly mode: 'oidc';
  readonly issuer: string;
  readonly audiences: readonly string[];
}

export type TlsConfiguration =
  | { readonly mode: 'off' }
  /** `names`: the names of the certificate besides `localhost`. `isDefault`: no setting asked for TLS. */
  | { readonly mode: 'self-signed'; readonly names: readonly string[]; readonly isDefault: boolean }
  | { readonly mode: 'files'; readonly certFile: string; readonly keyFile: string };

/** Every setting, typed; made once at start. It is also the injection token: `constructor(configuration: Configuration)`. */
export abstract class Configuration {
  abstract readonly server: {
    readonly host: string;
    readonly port: number;
    /** Whether only this machine can reach it. */
    readonly isLoopback: boolean;
    readonly trustProxy: boolean | number | string;
    readonly corsOrigins: readonly string[];
  };
  abstract readonly tls: TlsConfiguration;
  abstract readonly database: DatabaseConfiguration;
  abstract readonly dataDir: string;
  abstract readonly identity: LocalIdentityConfiguration | OidcIdentityConfiguration;
  abstract readonly log: {
    readonly level: string;
    /** `auto` is `pretty` on a terminal and `json` elsewhere. */
    readonly format: 'auto' | 'pretty' | 'json';
  };
  /** Print the client secret at the start, even if the output is not a terminal. */
  abstract readonly showSecret: boolean;
  /** Behave as the known issues of Graph's documentation say. */
  abstract readonly emulateKnownIssues: boolean;
  abstract readonly schema: {
    /** How long a schema operation is in progress. */
    readonly provisioningMs: number;
    /** In lower case: the connections whose schema operations fail. */
    readonly failOf: readonly string[];
  };
  abstract readonly items: {
    /** Whether `GET` of an item adds the properties that live tenants add. */
    readonly serviceProperties: boolean;
    /** Whether items may be written with the token of a signed-in user. */
    readonly delegatedWrites: 'allowed' | 'refused';
  };
  /** How long the id of a deleted connection stays taken. */
  abstract readonly connectionRemovalMs: number;
  /** Which limits of calls apply: those of Microsoft Graph, or none. */
  abstract readonly throttle: 'graph' | 'off';
  /** Whether `GET /metrics` is served. */
  abstract readonly metrics: boolean;
  abstract readonly limits: {
    readonly connectionsPerTenant: number;
    readonly itemsPerConnection: number;
    readonly itemsPerTenant: number;
    readonly groupsPerTenant: number;
  };
}

const list = (value: string): string[] => value.split(',').map((entry) => entry.trim());

/** Whether only this machine can reach the address. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);

function trustProxy(value: string): boolean | number | string {
  if (value === 'true' || value === 'false') return value === 'true';
  return /^\d+$/.test(value) ? Number(value) : value;
}

function databaseOf(
  { DATABASE_URL: url, DATABASE_POOL: pool = 10 }: Environment,
  dataDir: string,
  problems: string[],
): DatabaseConfiguration {
  if (url === undefined) return { type: 'sqlite', path: join(dataDir, 'graph-connections.db') };
  if (url.startsWith('postgres')) {
    try {
      const { host, port, database = '' } = new Client({ connectionString: url });
      return { type: 'postgres', url, pool, host, port, database };
    } catch (error) {
      // The address is wrong, or a certificate that it names cannot be read.
      problems.push(`${quoteVariable('DATABASE_URL', url)} is invalid: ${(error as Error).message}`);
    }
  }
  return { type: 'sqlite', path: resolve(url.slice('sqlite:'.length)) };
}

/** The default is `self-signed` on loopback and `off` elsewhere. */
function tlsOf(env: Environment, host: string, problems: string[]): TlsConfiguration {
  const { TLS: tls, TLS_CERT: certFile, TLS_KEY: keyFile, TLS_NAMES: names } = env;
  if (certFile !== undefined || keyFile !== undefined) {
    if (tls !== undefined)
      problems.push('TLS is set together with TLS_CERT or TLS_KEY: set only one of the two ways.');
    if (certFile !== undefined && keyFile !== undefined) return { mode: 'files', certFile, keyFile };
    problems.push(
      `TLS_${certFile === undefined ? 'CERT' : 'KEY'} is not set: TLS_CERT and TLS_KEY must be set together.`,
    );
  }
  if ((tls ?? (isLoopback(host) ? 'self-signed' : 'off')) === 'off') {
    if (names !== undefined)
      problems.push(`${quoteVariable('TLS_NAMES', names)} has an effect only with TLS=self-signed.`);
    return { mode: 'off' };
  }
  // A container is reached by its host name.
  const ownNames = isLoopback(host) ? [] : [hostname()];
  return {
    mode: 'self-signed',
    names: names === undefined ? ownNames : list(names),
    isDefault: tls === undefined && names === undefined,
  };
}

/**
 * The configuration of this process.
 * @throws {ConfigurationError} that lists every invalid variable, its value and the expected values
 */
export function loadConfiguration(source: NodeJS.ProcessEnv): Configuration {
  const { environment: env, problems } = readEnvironment(source);
  const host = env.HOST ?? '127.0.0.1';
  const mode = env.IDENTITY ?? 'local';
  if (mode === 'oidc') {
    for (const name of ['IDENTITY_ISSUER', 'IDENTITY_AUDIENCE'] as const) {
      if (env[name] === undefined)
        problems.push(
          `${name} is not set: IDENTITY="oidc" needs the ${name.slice(9).toLowerCase()} of its tokens.`,
        );
    }
  }
  if (mode === 'local' && !isLoopback(host) && env.ALLOW_LOCAL_IDENTITY_ON_NETWORK !== 'true') {
    problems.push(
      `${quoteVariable('HOST', host)} is invalid with IDENTITY="local": anyone who reaches the server could get a token. ` +
        'Use a loopback address (127.0.0.1, ::1, localhost), or set ALLOW_LOCAL_IDENTITY_ON_NETWORK=true, or IDENTITY=oidc.',
    );
  }
  const dataDir = resolve(env.DATA_DIR ?? 'data');
  const database = databaseOf(env, dataDir, problems);
  const tls = tlsOf(env, host, problems);
  if (problems.length > 0) throw new ConfigurationError(problems);

  const audiences = env.IDENTITY_AUDIENCE === undefined ? GRAPH_AUDIENCES : list(env.IDENTITY_AUDIENCE);
  return {
    server: {
      host,
      port: env.PORT ?? 3000,
      isLoopback: isLoopback(host),
      trustProxy: trustProxy(env.TRUST_PROXY ?? 'false'),
      corsOrigins: list(env.CORS_ORIGINS ?? '*'),
    },
    tls,
    database,
    dataDir,
    identity:
      mode === 'oidc'
        ? { mode: 'oidc', issuer: env.IDENTITY_ISSUER!, audiences }
        : { mode: 'local', issuer: env.IDENTITY_ISSUER ?? LOCAL_ISSUER, audiences, appsFile: env.LOCAL_APPS },
    log: { level: env.LOG_LEVEL ?? 'info', format: env.LOG_FORMAT ?? 'auto' },
    showSecret: env.SHOW_SECRET === 'true',
    emulateKnownIssues: (env.EMULATE_KNOWN_ISSUES ?? 'true') === 'true',
    schema: {
      provisioningMs: env.SCHEMA_PROVISIONING_MS ?? 2_000,
      failOf: env.FAIL_SCHEMA_OF === undefined ? [] : list(env.FAIL_SCHEMA_OF.toLowerCase()),
    },
    items: {
      serviceProperties: env.SERVICE_PROPERTIES === 'on',
      delegatedWrites: env.DELEGATED_ITEM_WRITES ?? 'allowed',
    },
    connectionRemovalMs: env.CONNECTION_REMOVAL_MS ?? 0,
    throttle: env.THROTTLE ?? 'off',
    metrics: env.METRICS === 'on',
    limits: {
      connectionsPerTenant: env.MAX_CONNECTIONS_PER_TENANT ?? 30,
      itemsPerConnection: env.MAX_ITEMS_PER_CONNECTION ?? 5_000_000,
      itemsPerTenant: env.MAX_ITEMS_PER_TENANT ?? 50_000_000,
      groupsPerTenant: env.MAX_GROUPS_PER_TENANT ?? 100_000,
    },
  };
}
