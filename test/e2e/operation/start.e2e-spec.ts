import { readdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../src/config/configuration.js';
import { describeException } from '../../support/exceptions.js';
import { ensureBuilt, freePort, pastedToken, Program } from '../../support/program.js';
import { faultsOf, query, temporaryDatabase, type TestDatabase } from '../../support/database.js';
import { temporaryFolder } from '../../support/server.js';
import { RawConnection } from '../../support/socket.js';
import { until } from '../../support/until.js';

/** Sent in two parts. */
/** A connection that is kept is closed after 72 s: the limit is this test's only way to tell the two apart. */
const SHORTER_THAN_KEPT_MS = 60_000;

const BODY = '{"id":"slowone","name":"Slow one","description":"Sent in two parts"}';

describe('node dist/main.js', () => {
  let own: TestDatabase;
  let address: string;
  let program: Program;
  let banner: string;
  let port: number;
  async function start(settings: Record<string, string> = {}): Promise<void> {
    program = Program.server({ PORT: String(port), ...own.environment, ...settings });
    banner = await program.printed(/^curl .*\n/m);
  }
  async function stop(): Promise<void> {
    program.signal('SIGKILL');
    await program.outcome();
  }
  beforeAll(async () => {
    await ensureBuilt();
    own = await temporaryDatabase(false);
    port = await freePort();
    address = `http://127.0.0.1:${port}`;
    await start({ SHOW_SECRET: 'true' });
  });
  afterAll(async () => {
    await stop();
    await own.remove();
  });

  const line = (name: string): string => new RegExp(`^ *${name} +(.*)$`, 'm').exec(banner)?.[1] ?? '';

  it('says where it is, where its pages are and where it stores', async () => {
    expect(banner).toContain('Graph Connections is ready.');
    expect(line('Address')).toContain(`${address}/beta`);
    expect(line('Address')).toContain(`${address}/v1.0`);
    expect(line('Swagger UI')).toBe(`${address}/docs`);
    const { database } = loadConfiguration(own.environment);
    expect(line('Database')).toBe(
      database.type === 'sqlite'
        ? `SQLite, ${database.path}`
        : `PostgreSQL, ${database.database} on 127.0.0.1:${database.port}`,
    );
    const page = await fetch(line('Swagger UI'));
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<title>Graph Connections</title>');
  });

  const pasted = async (): Promise<string> => {
    const { code, stdout } = await new Program('bash', ['-c', /^curl .*$/m.exec(banner)![0]]).outcome();
    expect(code).toBe(0);
    return stdout;
  };

  it('prints a curl line that, pasted into a shell, creates a connection', async () => {
    const answer = await pasted();
    expect(answer).toMatch(/^HTTP\/1\.1 201 Created\r\n/);
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({ id: 'contosohr', state: 'draft' });
  });

  it('prints that line without a token, and without what sh, PowerShell and cmd.exe read each in its own way', () => {
    const command = /^curl .*$/m.exec(banner)![0];
    expect(banner).not.toContain('eyJ');
    expect(command).toMatch(/^curl -i -H "@[^"]+" -d "@[^"]+" http:\S+$/);
    expect(command).not.toMatch(/['`$\\%^&|<>!]/);
  });

  it('keeps the files of that line for their owner alone', () => {
    for (const [, path] of banner.matchAll(/"@(.*?)"/g)) {
      expect((statSync(path!).mode & 0o777).toString(8)).toBe('600');
      expect((statSync(dirname(path!)).mode & 0o777).toString(8)).toBe('700');
    }
  });

  it('shows the discovery document at the address of the identity', async () => {
    const address = line('Identity').split(', ')[1]!;
    const document = (await (await fetch(address)).json()) as Record<string, string>;
    expect(document).toMatchObject({ issuer: expect.any(String), token_endpoint: expect.any(String) });
    expect(address).toContain(new URL(document.token_endpoint!).pathname.split('/')[1]);
  });

  it('prints a client id and a secret that get a token', async () => {
    const response = await fetch(
      line('Identity').split(', ')[1]!.replace('v2.0/.well-known/openid-configuration', 'oauth2/v2.0/token'),
      {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: line('Client id'),
          client_secret: line('Secret'),
          scope: 'https://graph.microsoft.com/.default',
        }),
      },
    );
    const { access_token } = (await response.json()) as { access_token: string };
    const list = await fetch(`${address}/beta/external/connections`, {
      headers: { authorization: `Bearer ${access_token}` },
    });
    expect(list.status).toBe(200);
  });

  it('prints a line that works at the next start as well, and shows no secret in a file', async () => {
    const secret = line('Secret');
    await stop();
    await start();
    expect(await pasted()).toMatch(/^HTTP\/1\.1 201 Created\r\n/);
    expect(banner).toContain('contosohr2');
    expect(program.stdout).not.toContain(secret);
    expect(line('Secret')).toBe('not shown here; npm run -s token -- --secret prints it');
  }, 120_000);

  it('prints a line that lists, where the tenant has as many connections as it may', async () => {
    await stop();
    await start({ MAX_CONNECTIONS_PER_TENANT: '2' });
    const answer = await pasted();
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(answer).toContain('"contosohr2"');
  }, 120_000);

  it('shows no secret and leaves no token on a network, whoever asks', async () => {
    await stop();
    const folder = temporaryFolder();
    await start({
      HOST: '0.0.0.0',
      ALLOW_LOCAL_IDENTITY_ON_NETWORK: 'true',
      SHOW_SECRET: 'true',
      ...(own.environment.DATABASE_URL === undefined ? {} : { DATA_DIR: folder.path }),
    });
    expect(line('Secret')).toContain('not shown here');
    expect(banner).toMatch(/^curl -i -H "Authorization: Bearer TOKEN" \S+$/m);
    if (own.environment.DATABASE_URL !== undefined) expect(readdirSync(folder.path)).toEqual([]);
    folder.remove();
  }, 120_000);
});

describeException('node dist/main.js on a terminal', () => {
  beforeAll(() => ensureBuilt());

  it('shows the secret, and a log that people read', async () => {
    const own = await temporaryDatabase();
    const port = await freePort();
    // Gives the program a terminal.
    const program = new Program('script', ['-qefc', `${process.execPath} dist/main.js`, '/dev/null'], {
      PORT: String(port),
      ...own.environment,
      NO_COLOR: '1',
    });
    const banner = await program.printed(/^curl .*\r\n/m);
    expect(banner).toMatch(/^ {2}Secret +[\w-]{40}\r$/m);
    await fetch(`http://127.0.0.1:${port}/v1.0/external/connections`);
    expect(await program.printed(/TokenMissing.*\r\n/)).toMatch(
      /^\[\d\d:\d\d:\d\d\] INFO: 401 GET \/v1\.0\/external\/connections [\d.]+ ms\r\n {4}TokenMissing: Send the header .* \(Authorization\)\r$/m,
    );
    program.signal('SIGTERM');
    await program.outcome();
    await own.remove();
  }, 120_000);
});

describeException('node dist/main.js started by npm', () => {
  beforeAll(() => ensureBuilt());

  it('ends, in order, when the shell between the two is gone', async () => {
    const own = await temporaryDatabase();
    const port = await freePort();
    const shell = new Program('sh', ['-c', `${process.execPath} dist/main.js; true`], {
      PORT: String(port),
      ...own.environment,
      npm_lifecycle_event: 'start',
    });
    await shell.printed(/^curl .*\n/m);
    shell.signal('SIGTERM');
    // Its output is closed by the server alone, which has it from the shell.
    expect((await shell.outcome()).stderr).toBe('');
    await refusesConnections(`http://127.0.0.1:${port}`);
    await own.remove();
  }, 120_000);
});

describe('node dist/main.js told to end by SIGTERM', () => {
  beforeAll(() => ensureBuilt());

  interface Started {
    readonly program: Program;
    readonly address: string;
    readonly token: string;
    readonly own: TestDatabase;
  }

  /** Runs a test with a server of its own and the connections that it opens. */
  async function withServer(
    test: (started: Started, connect: () => Promise<RawConnection>) => Promise<void>,
  ): Promise<void> {
    const own = await temporaryDatabase();
    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const program = Program.server({ PORT: String(port), ...own.environment, LOG_LEVEL: 'warn' });
    const token = pastedToken(await program.printed(/^curl .*\n/m));
    const connections: RawConnection[] = [];
    const connect = async (): Promise<RawConnection> => {
      connections.push(await RawConnection.to(address));
      return connections.at(-1)!;
    };
    try {
      await test({ program, address, token, own }, connect);
    } finally {
      for (const connection of connections) connection.close();
      program.signal('SIGKILL');
      await program.outcome();
      await own.remove();
    }
  }

  const CLEAN = { code: 0, signal: null, stderr: '' };

  /** Sends a request of which the second half follows the signal; gives back its answer. */
  async function createAcrossTheSignal(
    { program, address, token }: Started,
    connection: RawConnection,
    headers: Record<string, string>,
  ): Promise<string> {
    connection.request('POST /beta/external/connections', {
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
      'Content-Length': String(BODY.length),
      Expect: '100-continue',
      ...headers,
    });
    await connection.received(/^HTTP\/1\.1 100 Continue\r\n\r\n/);
    connection.write(BODY.slice(0, 20));
    await sleep(50);
    program.signal('SIGTERM');
    await refusesConnections(address);
    connection.write(BODY.slice(20));
    return connection.received(/"state":"draft".*\}$/s);
  }

  it('finishes the request in flight, loses nothing, and ends with 0', () =>
    withServer(async (started, connect) => {
      const answer = await createAcrossTheSignal(started, await connect(), { Connection: 'close' });
      expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 201 Created\r\n/);
      expect(await started.program.outcome()).toMatchObject(CLEAN);
      expect(await query(started.own, 'SELECT id FROM external_connection')).toEqual([{ id: 'slowone' }]);
      expect(await faultsOf(started.own)).toEqual([]);
    }));

  it(
    'does not wait for a client that would keep the connection of its last request',
    () =>
      withServer(async (started, connect) => {
        const answer = await createAcrossTheSignal(started, await connect(), {});
        expect(answer).toContain('HTTP/1.1 201 Created\r\n');
        expect(await started.program.outcome()).toMatchObject(CLEAN);
      }),
    SHORTER_THAN_KEPT_MS,
  );

  it('does not wait for a client that has connected and asks nothing', () =>
    withServer(async ({ program }, connect) => {
      const connection = await connect();
      await sleep(50);
      program.signal('SIGTERM');
      expect(await program.outcome()).toMatchObject(CLEAN);
      // It is not told that it was too slow either, as it would be at the end of its time for a request.
      expect(await connection.closed()).toBe('');
    }));
});

const refusesConnections = (address: string): Promise<void> =>
  until(() =>
    RawConnection.to(address).then(
      (connection) => {
        connection.close();
        return false;
      },
      () => true,
    ),
  );
