import { once } from 'node:events';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { Agent, createServer } from 'node:https';
import { type AddressInfo, createConnection } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../src/config/configuration.js';
import { certificateOf } from '../../../src/tls/certificate.js';
import { authorityPath, localCertificate } from '../../../src/tls/local-authority.js';
import { makeServerCertificate } from '../../../src/tls/make-certificates.js';
import { newTenant, tokenOf } from '../../support/callers.js';
import { validConnection } from '../../support/connections.js';
import { authorityOf, secureUrl, sendSecurely } from '../../support/https.js';
import { send } from '../../support/http.js';
import { startServer, temporaryFolder, type TestServer } from '../../support/server.js';

const CONNECTIONS = '/v1.0/external/connections';

const NOW = new Date('2026-11-27T12:00:00Z');
const inDays = (days: number): Date => new Date(NOW.getTime() + days * 86_400_000);

describe('A server on loopback without TLS settings', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  it('answers http and https on the same port, by every name of its certificate', async () => {
    expect((await fetch(server.url + CONNECTIONS)).status).toBe(401);
    for (const host of ['localhost', '127.0.0.1'])
      expect((await sendSecurely(server, 'GET', CONNECTIONS, { host })).status, host).toBe(401);
    expect((await fetch(server.url + CONNECTIONS)).status).toBe(401);
  });

  it('names itself in answers by the scheme that the client used', async () => {
    const authorization = `Bearer ${await tokenOf(server, { tenantId: newTenant() })}`;
    const headers = { authorization, 'content-type': 'application/json' };
    const body = JSON.stringify(validConnection());
    const created = await sendSecurely(server, 'POST', CONNECTIONS, { headers, body });
    expect(created.status).toBe(201);
    expect(created.headers.location).toMatch(`${secureUrl(server)}${CONNECTIONS}/`);
    const discovery = '/contoso.example/v2.0/.well-known/openid-configuration';
    const secure = JSON.parse((await sendSecurely(server, 'GET', discovery)).text) as Record<string, string>;
    expect(secure.token_endpoint).toBe(`${secureUrl(server)}/contoso.example/oauth2/v2.0/token`);
    const plain = (await send(server, 'GET', discovery)).body as Record<string, string>;
    expect(plain.token_endpoint).toBe(`${server.url}/contoso.example/oauth2/v2.0/token`);
  });

  it('answers many requests of one connection over TLS, large bodies too', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const authorization = `Bearer ${await tokenOf(server, { tenantId: newTenant() })}`;
    const headers = { authorization, 'content-type': 'application/json' };
    for (const length of [10, 2_000_000, 10]) {
      const body = JSON.stringify({ ...validConnection(), description: 'd'.repeat(length) });
      const answer = await sendSecurely(server, 'POST', CONNECTIONS, { agent, headers, body });
      expect(answer.status, `${length}`).toBe(201);
    }
    agent.destroy();
  });

  it('answers what is no HTTP inside of TLS by an error of Graph', async () => {
    const socket = connect({
      port: Number(new URL(server.url).port),
      host: '127.0.0.1',
      servername: 'localhost',
      ca: authorityOf(server),
    });
    socket.end('NONSENSE\r\n\r\n');
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(answer).toContain('"error"');
  });

  it('goes on after connections that break off, before and in the handshake', async () => {
    for (const bytes of ['', '\u0016', '\u0016\u0003\u0001\u0000\u0005hello', '\u0000']) {
      const socket = createConnection(Number(new URL(server.url).port), '127.0.0.1');
      await once(socket, 'connect');
      socket.write(Buffer.from(bytes, 'latin1'), () => socket.destroy());
      await once(socket, 'close');
      const reset = createConnection(Number(new URL(server.url).port), '127.0.0.1');
      await once(reset, 'connect');
      reset.write(Buffer.from(bytes, 'latin1'), () => reset.resetAndDestroy());
      await once(reset, 'close');
    }
    expect((await sendSecurely(server, 'GET', CONNECTIONS)).status).toBe(401);
  });

  it('asks no browser to stay on https, which would close plain http of localhost to it', async () => {
    const { headers } = await sendSecurely(server, 'GET', CONNECTIONS);
    expect(headers['strict-transport-security']).toBeUndefined();
  });

  it('keeps its keys from other users of the machine', () => {
    const mode = (name: string): string =>
      (statSync(join(server.dataDir, 'tls', name)).mode & 0o777).toString(8);
    expect(['.', 'authority-key.pem', 'server-key.pem'].map(mode)).toEqual(['700', '600', '600']);
  });

  it('ends although a client keeps an idle connection over TLS', async () => {
    const other = await startServer();
    const agent = new Agent({ keepAlive: true });
    expect((await sendSecurely(other, 'GET', CONNECTIONS, { agent })).status).toBe(401);
    await other.close();
    agent.destroy();
  });
});

describe('The local authority', () => {
  const folder = temporaryFolder();
  afterAll(folder.remove);

  it.each(['graph.microsoft.com', 'login.microsoftonline.com', 'localhost.example', 'contoso.example'])(
    'cannot vouch for %s: a client that trusts it refuses the certificate',
    async (name) => {
      await localCertificate(folder.path, [], NOW);
      const authority = {
        cert: readFileSync(authorityPath(folder.path), 'utf8'),
        key: readFileSync(join(folder.path, 'tls', 'authority-key.pem'), 'utf8'),
      };
      const forged = createServer(await makeServerCertificate(authority, [name], NOW), (_, answer) =>
        answer.end(),
      );
      await once(forged.listen(0, '127.0.0.1'), 'listening');
      const { port } = forged.address() as AddressInfo;
      const client = connect({ port, host: '127.0.0.1', servername: name, ca: authority.cert });
      await expect(once(client, 'secureConnect')).rejects.toMatchObject({
        message: expect.stringMatching(/permitted subtree violation/),
      });
      client.destroy();
      forged.close();
    },
  );

  it('stays, with its certificates, from start to start', async () => {
    const first = await localCertificate(folder.path, [], NOW);
    expect(await localCertificate(folder.path, [], inDays(700))).toEqual(first);
  });

  it('stays when the certificate of the server is renewed near its end, is missing, or is broken', async () => {
    const first = await localCertificate(folder.path, [], NOW);
    const authority = readFileSync(authorityPath(folder.path), 'utf8');
    const renewed = await localCertificate(folder.path, [], inDays(800));
    expect(renewed).not.toEqual(first);
    writeFileSync(join(folder.path, 'tls', 'server.pem'), 'no certificate');
    const again = await localCertificate(folder.path, [], inDays(800));
    expect(again).not.toEqual(renewed);
    expect(readFileSync(authorityPath(folder.path), 'utf8')).toBe(authority);
  });

  it('is made anew near its own end, if broken, or for other names', async () => {
    const seen = new Set<string>();
    const note = (): unknown => seen.add(readFileSync(authorityPath(folder.path), 'utf8'));
    note();
    await localCertificate(folder.path, [], inDays(3_640));
    note();
    writeFileSync(join(folder.path, 'tls', 'authority-key.pem'), 'no key');
    await localCertificate(folder.path, [], NOW);
    note();
    await localCertificate(folder.path, ['Graph'], NOW);
    note();
    await localCertificate(folder.path, ['graph'], NOW);
    note();
    expect(seen.size).toBe(4);
  });
});

describe('A folder that cannot be written', () => {
  const nowhere = '/sys/tls';
  it('leaves a server with http only if nobody asked for TLS, and says so', async () => {
    const warnings: string[] = [];
    const configuration = loadConfiguration({ DATA_DIR: nowhere });
    expect(await certificateOf(configuration, NOW, (text) => warnings.push(text))).toBeUndefined();
    expect(warnings).toEqual([
      expect.stringMatching(/^The certificate cannot be kept in .* The server answers http only\.$/),
    ]);
  });

  it('ends the start if TLS=self-signed', async () => {
    const configuration = loadConfiguration({ DATA_DIR: nowhere, TLS: 'self-signed' });
    await expect(certificateOf(configuration, NOW, () => undefined)).rejects.toThrow(/cannot be kept in/);
  });
});

describe('A certificate of one’s own', () => {
  const folder = temporaryFolder();
  afterAll(folder.remove);
  const file = (name: string, content: string): string => {
    const path = join(folder.path, name);
    writeFileSync(path, content);
    return path;
  };
  const problem = async (certFile: string, keyFile: string, now = NOW): Promise<string> => {
    const configuration = loadConfiguration({ TLS_CERT: certFile, TLS_KEY: keyFile });
    const thrown = (await certificateOf(configuration, now, () => undefined).catch(
      (error: unknown) => error,
    )) as Error;
    return thrown.message?.replaceAll(folder.path, '') ?? 'none';
  };

  it('is shown to clients', async () => {
    const made = await localCertificate(folder.path, [], new Date());
    const server = await startServer({
      TLS_CERT: file('own.pem', made.cert),
      TLS_KEY: file('own.key', made.key),
    });
    const client = connect({
      port: Number(new URL(server.url).port),
      host: '127.0.0.1',
      servername: 'localhost',
      ca: readFileSync(authorityPath(folder.path)),
    });
    await once(client, 'secureConnect');
    client.destroy();
    await server.close();
  });

  it('is refused in one sentence if a file is missing, broken, of another certificate, ended or not valid yet', async () => {
    const made = await localCertificate(folder.path, [], NOW);
    const cert = file('c.pem', made.cert);
    const key = file('c.key', made.key);
    const broken = file('broken.pem', 'nothing');
    const foreign = join(folder.path, 'tls', 'authority-key.pem');
    expect(await problem(cert, key)).toBe('none');
    expect(await problem(join(folder.path, 'no.pem'), key)).toMatch(
      /TLS_CERT="\/no.pem" cannot be read: ENOENT/,
    );
    expect(await problem(cert, join(folder.path, 'no.key'))).toMatch(
      /TLS_KEY="\/no.key" cannot be read: ENOENT/,
    );
    expect(await problem(broken, key)).toMatch(/TLS_CERT="\/broken.pem" holds no certificate in PEM/);
    expect(await problem(cert, broken)).toMatch(/TLS_KEY="\/broken.pem" holds no private key in PEM/);
    expect(await problem(cert, foreign)).toMatch(/does not belong to the certificate/);
    expect(await problem(cert, key, inDays(900))).toMatch(/has expired: it was valid until/);
    expect(await problem(cert, key, inDays(-9))).toMatch(/is not valid yet: it is valid from/);
  });

  it.runIf(process.getuid?.() !== 0)('is refused in one sentence if its key may not be read', async () => {
    const made = await localCertificate(folder.path, [], NOW);
    const key = file('closed.key', made.key);
    chmodSync(key, 0o000);
    expect(await problem(file('c.pem', made.cert), key)).toMatch(/cannot be read: EACCES/);
  });
});

describe('The settings of TLS', () => {
  const tls = (environment: Record<string, string>): unknown => loadConfiguration(environment).tls;
  const network = { HOST: '0.0.0.0', ALLOW_LOCAL_IDENTITY_ON_NETWORK: 'true' };

  it('are a certificate for localhost on loopback, and none on a network', () => {
    expect(tls({})).toEqual({ mode: 'self-signed', names: [], isDefault: true });
    expect(tls(network)).toEqual({ mode: 'off' });
  });

  it('name what the certificate is good for', () => {
    expect(tls({ TLS_NAMES: 'graph, graph.test' })).toEqual({
      mode: 'self-signed',
      names: ['graph', 'graph.test'],
      isDefault: false,
    });
    expect(tls({ ...network, TLS: 'self-signed' })).toEqual({
      mode: 'self-signed',
      names: [expect.stringMatching(/./)],
      isDefault: false,
    });
  });

  it.each<[string, Record<string, string>]>([
    ['TLS_KEY is not set', { TLS_CERT: 'a.pem' }],
    ['TLS_CERT is not set', { TLS_KEY: 'a.key' }],
    ['set only one', { TLS: 'off', TLS_CERT: 'a.pem', TLS_KEY: 'a.key' }],
    ['TLS="on" is invalid', { TLS: 'on' }],
    ['TLS_NAMES="a b" is invalid', { TLS_NAMES: 'a b' }],
    ['TLS_NAMES="graph" has an effect only', { TLS: 'off', TLS_NAMES: 'graph' }],
  ])('are refused where they cannot be: %s', (message, environment) => {
    expect(() => loadConfiguration(environment)).toThrow(message);
  });
});
