import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../src/config/configuration.js';
import { ensureBuilt, freePort, Program } from '../../support/program.js';
import { faultsOf, query, temporaryDatabase, type TestDatabase } from '../../support/database.js';
import { RawConnection } from '../../support/socket.js';
import { until } from '../../support/until.js';

/** Sent in two parts. */
const BODY = '{"id":"slowone","name":"Slow one","description":"Sent in two parts"}';

/** A connection that is kept is closed after 72 s. */
const SHORTER_THAN_KEPT_MS = 60_000;

describe('node dist/main.js', () => {
  let own: TestDatabase;
  let address: string;
  let program: Program;
  let banner: string;
  beforeAll(async () => {
    await ensureBuilt();
    own = await temporaryDatabase(false);
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    program = Program.server({ PORT: String(port), ...own.environment });
    banner = await program.printed(/^curl .*\n/m);
  });
  afterAll(async () => {
    program.signal('SIGKILL');
    await program.outcome();
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

  it('prints a curl line that, pasted into a shell, creates a connection', async () => {
    const command = /^curl .*$/m.exec(banner)![0];
    const { code, stdout } = await new Program('bash', ['-c', command]).outcome();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^HTTP\/1\.1 201 Created\r\n/);
    expect(JSON.parse(stdout.split('\r\n\r\n')[1]!)).toMatchObject({ id: 'contosohr', state: 'draft' });
  });

  it('prints a client id and a secret that get a token', async () => {
    const response = await fetch(`${line('Identity').split(', ')[1]}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: line('Client id'),
        client_secret: line('Secret'),
        scope: 'https://graph.microsoft.com/.default',
      }),
    });
    const { access_token } = (await response.json()) as { access_token: string };
    const list = await fetch(`${address}/beta/external/connections`, {
      headers: { authorization: `Bearer ${access_token}` },
    });
    expect(list.status).toBe(200);
  });
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
    const token = /Bearer ([\w.-]+)/.exec(await program.printed(/^curl .*\n/m))![1]!;
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
