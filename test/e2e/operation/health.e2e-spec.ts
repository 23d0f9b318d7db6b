import { writeFileSync } from 'node:fs';
import { DataSource } from 'typeorm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../../../src/database/database.js';
import { sqliteDriver } from '../../../src/database/sqlite/sqlite-driver.js';
import { create, newId, read, validConnection } from '../../support/connections.js';
import { assertDatabaseLost } from '../../support/errors.js';
import { describeException } from '../../support/exceptions.js';
import { type Answer, send } from '../../support/http.js';
import { startServer, type TestServer, useServer } from '../../support/server.js';

const get = (server: TestServer, path: string): Promise<Answer> => send(server, 'GET', path, { as: null });
const list = (server: TestServer): Promise<Answer> => send(server, 'GET', '/beta/external/connections');

const pathOf = (server: TestServer): string => (server.configuration.database as { path: string }).path;

describe('GET /health', () => {
  const server = useServer();

  it('/live and /ready answer 200 without a token', async () => {
    expect(await get(server, '/health/live')).toMatchObject({ status: 200, body: { status: 'ok' } });
    expect(await get(server, '/health/ready')).toMatchObject({ status: 200, body: { status: 'ok' } });
  });

  it('answers anew each time, whatever a cache between may think', async () => {
    expect((await get(server, '/health/ready')).headers.get('cache-control')).toMatch(/no-(cache|store)/);
  });
});

describe('When the database is lost', () => {
  let server: TestServer;
  let id: string;
  beforeEach(async () => {
    server = await startServer();
    id = newId();
    expect((await create(server, validConnection({ id }))).status).toBe(201);
  });
  afterEach(() => server.close());

  async function assertApiLost(): Promise<void> {
    assertDatabaseLost(await create(server));
    assertDatabaseLost(await read(server, id));
    assertDatabaseLost(await list(server));
    expect((await get(server, '/health/live')).status).toBe(200);
  }

  it('with its connections closed, ready and the API answer 503, live 200 [databaseNotAvailable]', async () => {
    await server.app.get(Database, { strict: false }).close();
    const source = server.app.get(DataSource);
    if (source.isInitialized) await source.destroy();
    await assertApiLost();
    assertDatabaseLost(await get(server, '/health/ready'));
  });

  describeException('with its file overwritten', () => {
    beforeEach(() => {
      const file = new (sqliteDriver())(pathOf(server));
      file.pragma('wal_checkpoint(TRUNCATE)');
      file.close();
      writeFileSync(pathOf(server), Buffer.alloc(200_000, 'x'), { flag: 'r+' });
    });

    it('the API answers 503, live 200 [databaseNotAvailable]', () => assertApiLost());

    it('ready answers 503 [databaseNotAvailable]', async () => {
      assertDatabaseLost(await get(server, '/health/ready'));
    });
  });

  describeException('to another process that is writing', () => {
    it('creates answer 503 and reads 200, until it is given back [databaseNotAvailable]', async () => {
      const other = new (sqliteDriver())(pathOf(server));
      other.exec('BEGIN IMMEDIATE');
      const refused = newId();
      assertDatabaseLost(await create(server, validConnection({ id: refused })));
      expect((await read(server, id)).status).toBe(200);
      expect((await get(server, '/health/ready')).status).toBe(200);
      other.exec('ROLLBACK');
      other.close();
      expect((await read(server, refused)).status).toBe(404);
      expect((await create(server, validConnection({ id: refused }))).status).toBe(201);
    });
  });
});
