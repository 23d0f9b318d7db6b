import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigurationError, loadConfiguration } from '../../../src/config/configuration.js';

/** The lines of the message that says what is wrong; none where all is well. */
function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfiguration(environment);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    const [head, ...lines] = (error as Error).message.split('\n');
    expect(head).toBe('The configuration is invalid:');
    return lines.map((line) => line.replace(/^ {2}- /, ''));
  }
}

describe('The configuration', () => {
  it('without any variable is good for a laptop', () => {
    expect(loadConfiguration({})).toEqual({
      server: { host: '127.0.0.1', port: 3000, isLoopback: true, trustProxy: false, corsOrigins: ['*'] },
      tls: { mode: 'self-signed', names: [], isDefault: true },
      database: { type: 'sqlite', path: resolve('data/graph-connections.db') },
      dataDir: resolve('data'),
      identity: {
        mode: 'local',
        issuer: 'https://sts.windows.net/{tenant}/',
        audiences: ['https://graph.microsoft.com', '00000003-0000-0000-c000-000000000000'],
        appsFile: undefined,
      },
      log: { level: 'info', format: 'auto' },
      showSecret: false,
      emulateKnownIssues: true,
      schema: { provisioningMs: 2_000, failOf: [] },
      items: { serviceProperties: false, delegatedWrites: 'allowed' },
      connectionRemovalMs: 0,
      throttle: 'off',
      metrics: false,
      limits: {
        connectionsPerTenant: 30,
        itemsPerConnection: 5_000_000,
        itemsPerTenant: 50_000_000,
        groupsPerTenant: 100_000,
      },
    });
  });

  it('takes every variable', () => {
    expect(
      loadConfiguration({
        HOST: 'localhost',
        PORT: '8080',
        DATABASE_URL: 'sqlite:/var/lib/graph/connections.db',
        DATA_DIR: '/var/lib/graph',
        IDENTITY: 'local',
        IDENTITY_ISSUER: 'https://issuer.example/{tenant}/',
        IDENTITY_AUDIENCE: 'api://one , api://two',
        LOCAL_APPS: '/etc/graph/apps.json',
        ALLOW_LOCAL_IDENTITY_ON_NETWORK: 'false',
        CORS_ORIGINS: 'http://localhost:5173, https://contoso.com',
        LOG_LEVEL: 'warn',
        LOG_FORMAT: 'pretty',
        SHOW_SECRET: 'true',
        EMULATE_KNOWN_ISSUES: 'false',
        MAX_CONNECTIONS_PER_TENANT: '7',
        MAX_ITEMS_PER_CONNECTION: '8',
        MAX_ITEMS_PER_TENANT: '9',
        MAX_GROUPS_PER_TENANT: '10',
        SCHEMA_PROVISIONING_MS: '0',
        CONNECTION_REMOVAL_MS: '60000',
        FAIL_SCHEMA_OF: 'One, two',
        SERVICE_PROPERTIES: 'on',
        DELEGATED_ITEM_WRITES: 'refused',
        THROTTLE: 'graph',
        METRICS: 'on',
        TLS: 'self-signed',
        TLS_NAMES: 'graph, graph.example',
        TRUST_PROXY: '10.0.0.1, 10.1.0.0/16',
        SOMETHING_ELSE: 'is left alone',
      }),
    ).toEqual({
      server: {
        host: 'localhost',
        port: 8080,
        isLoopback: true,
        trustProxy: '10.0.0.1, 10.1.0.0/16',
        corsOrigins: ['http://localhost:5173', 'https://contoso.com'],
      },
      tls: { mode: 'self-signed', names: ['graph', 'graph.example'], isDefault: false },
      database: { type: 'sqlite', path: '/var/lib/graph/connections.db' },
      dataDir: '/var/lib/graph',
      identity: {
        mode: 'local',
        issuer: 'https://issuer.example/{tenant}/',
        audiences: ['api://one', 'api://two'],
        appsFile: '/etc/graph/apps.json',
      },
      log: { level: 'warn', format: 'pretty' },
      showSecret: true,
      emulateKnownIssues: false,
      schema: { provisioningMs: 0, failOf: ['one', 'two'] },
      items: { serviceProperties: true, delegatedWrites: 'refused' },
      connectionRemovalMs: 60_000,
      throttle: 'graph',
      metrics: true,
      limits: { connectionsPerTenant: 7, itemsPerConnection: 8, itemsPerTenant: 9, groupsPerTenant: 10 },
    });
  });

  it('keeps the database in DATA_DIR where DATABASE_URL says nothing', () => {
    const { database } = loadConfiguration({ DATA_DIR: '/var/lib/graph' });
    expect(database).toEqual({ type: 'sqlite', path: '/var/lib/graph/graph-connections.db' });
  });

  it('counts an empty variable as unset', () => {
    expect(loadConfiguration({ PORT: '', HOST: '', IDENTITY: '', TRUST_PROXY: '', LOCAL_APPS: '' })).toEqual(
      loadConfiguration({}),
    );
  });

  it.each([
    ['true', true],
    ['false', false],
    ['2', 2],
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
  ])('takes TRUST_PROXY=%s', (value, expected) => {
    expect(loadConfiguration({ TRUST_PROXY: value }).server.trustProxy).toBe(expected);
  });

  const PORTS = 'a whole number from 0 to 65535 (0 takes a free port)';
  const DATABASES = 'sqlite:PATH (a file) or postgres://USER:PASSWORD@HOST:PORT/DATABASE';
  const LEVELS = 'one of fatal, error, warn, info, debug, trace, silent';
  const PROXIES = 'true, false, the number of proxies in front, or their addresses, separated by commas';
  const ORIGINS = 'origins such as http://localhost:5173, separated by commas, or *';
  it.each([
    ...['http', '65536', '-1', '80.5', '1e3', '0x50', ' 80', '99999999999'].map((port) => [
      'PORT',
      port,
      PORTS,
    ]),
    ...['sqlite:', 'sqlite::memory:', 'data.db', 'mysql://host/db', 'SQLITE:x'].map((url) => [
      'DATABASE_URL',
      url,
      DATABASES,
    ]),
    ...['0', '1001', 'many'].map((pool) => ['DATABASE_POOL', pool, 'a whole number from 1 to 1000']),
    ['IDENTITY', 'none', 'local or oidc'],
    ['IDENTITY', 'OIDC', 'local or oidc'],
    [
      'IDENTITY_ISSUER',
      'login.contoso.com',
      'the address of the issuer, as in the `iss` claim of its tokens',
    ],
    ['IDENTITY_AUDIENCE', 'one,,two', 'one or more audiences, separated by commas'],
    ['IDENTITY_AUDIENCE', 'one two', 'one or more audiences, separated by commas'],
    ['LOCAL_APPS', 'apps.yaml', 'the path of a JSON file'],
    ['ALLOW_LOCAL_IDENTITY_ON_NETWORK', 'yes', 'true or false'],
    ['CORS_ORIGINS', 'localhost:5173', ORIGINS],
    ['CORS_ORIGINS', 'https://contoso.com/app', ORIGINS],
    ['LOG_LEVEL', 'loud', LEVELS],
    ['LOG_LEVEL', 'INFO', LEVELS],
    ['EMULATE_KNOWN_ISSUES', '1', 'true or false'],
    ['EMULATE_KNOWN_ISSUES', 'TRUE', 'true or false'],
    ['SERVICE_PROPERTIES', 'true', 'on or off'],
    ['SERVICE_PROPERTIES', 'ON', 'on or off'],
    ['DELEGATED_ITEM_WRITES', 'no', 'allowed or refused'],
    ['MAX_CONNECTIONS_PER_TENANT', '0', 'a whole number of at least 1'],
    ['MAX_CONNECTIONS_PER_TENANT', 'many', 'a whole number of at least 1'],
    ['MAX_ITEMS_PER_CONNECTION', '1.5', 'a whole number of at least 1'],
    ['MAX_ITEMS_PER_TENANT', '-1', 'a whole number of at least 1'],
    ...['yes', '-1', 'proxy.contoso.com', 'bad', '10.0.0.0/99', '300.1.1.1'].map((value) => [
      'TRUST_PROXY',
      value,
      PROXIES,
    ]),
  ] as [string, string, string][])('says of %s=%s which values it expects', (name, value, expected) => {
    expect(problemsOf({ [name]: value })).toEqual([
      `${name}=${JSON.stringify(value)} is invalid: expected ${expected}.`,
    ]);
  });

  it.each(['http://localhost', ' ', '127.0.0.1/8'])('says of HOST=%s which values it expects', (host) => {
    expect(problemsOf({ HOST: host, ALLOW_LOCAL_IDENTITY_ON_NETWORK: 'true' })).toEqual([
      `HOST="${host}" is invalid: expected a host name or an address to listen on, such as 127.0.0.1.`,
    ]);
  });

  it('that is wrong in many places is one message with all of them', () => {
    const problems = problemsOf({
      HOST: '0.0.0.0',
      PORT: 'http',
      DATABASE_URL: 'mysql://root:secret@db/graph',
      LOG_LEVEL: 'loud',
      TRUST_PROXY: 'maybe',
      EMULATE_KNOWN_ISSUES: 'perhaps',
      SOMETHING_ELSE: 'is nobody’s business',
    });
    expect(problems.map((line) => line.slice(0, line.indexOf('='))).toSorted()).toEqual([
      'DATABASE_URL',
      'EMULATE_KNOWN_ISSUES',
      'HOST',
      'LOG_LEVEL',
      'PORT',
      'TRUST_PROXY',
    ]);
    expect(problems).toContain(
      'PORT="http" is invalid: expected a whole number from 0 to 65535 (0 takes a free port).',
    );
    expect(problems.join('\n')).not.toContain('secret');
  });

  it.each([
    'postgres://graph:hunter2/x@db:5432/graph',
    'postgres://graph:hunter2@db:port/graph',
    'postgres://graph:hunter2@db/graph?sslrootcert=/nowhere/ca.pem',
    'postgres://db:port/graph?user=graph&password=hunter2',
    'mysql://graph:hunter2@db/graph',
    'mysql://graph:hunter2@x@db/graph',
    'mysql://graph:x:hunter2@db/graph',
    'mysql://:hunter2@db/graph',
    'mysql://graph:x@hunter2@db/graph',
  ])('hides the password of a database that it does not take: %s', (url) => {
    const [problem, ...others] = problemsOf({ DATABASE_URL: url });
    expect(others).toEqual([]);
    expect(problem).toMatch(/^DATABASE_URL="\w+:\/\/.*db.*" is invalid/);
    expect(problem).not.toContain('hunter2');
  });

  it.each([
    ['postgres://graph:hunter2@db:6543/graph', { host: 'db', port: 6543, database: 'graph' }],
    ['postgresql://graph:hunter2@x@db/graph', { host: 'db', port: 5432, database: 'graph' }],
    [
      'postgres://graph@/graph?host=/run/postgresql',
      { host: '/run/postgresql', port: 5432, database: 'graph' },
    ],
  ])('takes %s, with a pool of 10 connections', (url, place) => {
    const { database } = loadConfiguration({ DATABASE_URL: url });
    expect(database).toEqual({ type: 'postgres', url, pool: 10, ...place });
    expect(loadConfiguration({ DATABASE_URL: url, DATABASE_POOL: '3' }).database).toMatchObject({ pool: 3 });
  });

  describe('of the local issuer on a network', () => {
    it.each(['0.0.0.0', '::', '192.168.1.5', 'graph.contoso.com', '127.0.0.1.contoso.com'])(
      'is refused: HOST=%s',
      (host) => {
        expect(problemsOf({ HOST: host })).toEqual([
          `HOST="${host}" is invalid with IDENTITY="local": anyone who reaches the server could get a token. ` +
            'Use a loopback address (127.0.0.1, ::1, localhost), or set ALLOW_LOCAL_IDENTITY_ON_NETWORK=true, or IDENTITY=oidc.',
        ]);
        expect(problemsOf({ HOST: host, ALLOW_LOCAL_IDENTITY_ON_NETWORK: 'false' })).toHaveLength(1);
      },
    );

    it('is possible for whoever says that it is meant', () => {
      const { server } = loadConfiguration({ HOST: '0.0.0.0', ALLOW_LOCAL_IDENTITY_ON_NETWORK: 'true' });
      expect(server.host).toBe('0.0.0.0');
    });

    it.each(['127.0.0.1', '127.8.9.10', '::1', 'localhost'])('is no question on %s', (host) => {
      expect(loadConfiguration({ HOST: host }).server.host).toBe(host);
    });
  });

  describe('of an OpenID Connect issuer', () => {
    it('needs the issuer and the audience, and asks for both at once', () => {
      expect(problemsOf({ IDENTITY: 'oidc' })).toEqual([
        'IDENTITY_ISSUER is not set: IDENTITY="oidc" needs the issuer of its tokens.',
        'IDENTITY_AUDIENCE is not set: IDENTITY="oidc" needs the audience of its tokens.',
      ]);
    });

    it('may listen on any address', () => {
      const { identity, server } = loadConfiguration({
        HOST: '0.0.0.0',
        IDENTITY: 'oidc',
        IDENTITY_ISSUER: 'https://issuer.example',
        IDENTITY_AUDIENCE: 'api://graph',
      });
      expect(server.host).toBe('0.0.0.0');
      expect(identity).toEqual({
        mode: 'oidc',
        issuer: 'https://issuer.example',
        audiences: ['api://graph'],
      });
    });
  });
});
