import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/app.js';
import { ConfigurationError, loadConfiguration } from '../../../src/config/configuration.js';
import { query, temporaryDatabase, type TestDatabase } from '../../support/database.js';
import { describeException } from '../../support/exceptions.js';
import { ensureBuilt, Program } from '../../support/program.js';
import { temporaryFolder } from '../../support/server.js';

/** Not even root may write there. */
const NOBODYS = '/sys';

describe('A start that cannot be', () => {
  const folder = temporaryFolder();
  afterAll(folder.remove);

  describeException('of node dist/main.js', () => {
    beforeAll(() => ensureBuilt());

    /** What it prints before it ends, which it does with 1 and without a stack. */
    async function complaintOf(environment: Record<string, string>): Promise<string> {
      const program = Program.server({ PORT: '0', DATA_DIR: folder.path, ...environment });
      const { code, stdout, stderr } = await program.outcome();
      expect({ code, stdout }, stderr).toEqual({ code: 1, stdout: '' });
      expect(stderr).not.toMatch(/^ +at /m);
      return stderr;
    }

    it('lists every wrong variable and ends with 1', async () => {
      expect(await complaintOf({ PORT: 'http', LOG_LEVEL: 'loud', IDENTITY: 'oidc' })).toBe(
        'The configuration is invalid:\n' +
          '  - PORT="http" is invalid: expected a whole number from 0 to 65535 (0 takes a free port).\n' +
          '  - LOG_LEVEL="loud" is invalid: expected one of fatal, error, warn, info, debug, trace, silent.\n' +
          '  - IDENTITY_ISSUER is not set: IDENTITY="oidc" needs the issuer of its tokens.\n' +
          '  - IDENTITY_AUDIENCE is not set: IDENTITY="oidc" needs the audience of its tokens.\n',
      );
    });

    it('says that the port is taken and ends with 1', async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as { port: number };
      expect(await complaintOf({ PORT: String(port), DATA_DIR: join(folder.path, 'taken') })).toBe(
        `Another program already listens on port ${port} of 127.0.0.1. Stop it, or choose another port: ` +
          'PORT=3001 npm start (in PowerShell: $env:PORT=3001; npm start).\n',
      );
      other.close();
    });

    it('says that this machine has no such address', async () => {
      const complaint = await complaintOf({
        HOST: '192.0.2.1',
        ALLOW_LOCAL_IDENTITY_ON_NETWORK: 'true',
        DATA_DIR: join(folder.path, 'address'),
      });
      expect(complaint).toBe('HOST="192.0.2.1" is invalid: this machine has no such address.\n');
    });

    it('says that DATA_DIR cannot be written', async () => {
      expect(await complaintOf({ DATA_DIR: NOBODYS })).toMatch(
        new RegExp(
          `^.*\\n {2}- ${NOBODYS}/local-identity.json cannot be written \\(DATA_DIR\\): E[A-Z]+: .*\\n$`,
        ),
      );
    });
  });

  describe('is a configuration error, which the program prints without a stack', () => {
    async function complaintOf(environment: Record<string, string>): Promise<string> {
      const configuration = loadConfiguration({ DATA_DIR: folder.path, ...environment });
      const log: string[] = [];
      const stream = new Writable({ write: (chunk, _, done) => done(void log.push(String(chunk))) });
      const failure: unknown = await createApp(configuration, pino(stream)).then(
        (app) => app.close(),
        (error: unknown) => error,
      );
      expect(failure, String(failure)).toBeInstanceOf(ConfigurationError);
      // The program says it, once.
      expect(log).toEqual([]);
      return (failure as ConfigurationError).message;
    }

    it('fails if DATA_DIR is a file', async () => {
      const file = join(folder.path, 'file');
      writeFileSync(file, '');
      expect(await complaintOf({ DATA_DIR: file })).toContain('DATA_DIR');
    });

    it('fails if the folder of the database cannot be made', async () => {
      const file = join(folder.path, 'another');
      writeFileSync(file, '');
      const complaint = await complaintOf({ DATABASE_URL: `sqlite:${file}/graph.db` });
      expect(complaint).toContain(`The folder of the database ${file}/graph.db cannot be created`);
    });

    it('fails if the database is a folder', async () => {
      const database = join(folder.path, 'folder');
      mkdirSync(database);
      expect(await complaintOf({ DATABASE_URL: `sqlite:${database}` })).toContain(database);
    });

    it('fails if the database is another kind of file', async () => {
      const database = join(folder.path, 'text.db');
      writeFileSync(database, 'This is no database, and long enough to have the header of one. '.repeat(20));
      expect(await complaintOf({ DATABASE_URL: `sqlite:${database}` })).toContain(database);
    });

    it('fails if the secrets of the local issuer cannot be read', async () => {
      const dataDir = join(folder.path, 'broken');
      mkdirSync(dataDir);
      writeFileSync(join(dataDir, 'local-identity.json'), '{');
      expect(await complaintOf({ DATA_DIR: dataDir })).toContain(
        `${join(dataDir, 'local-identity.json')} (DATA_DIR) cannot be used`,
      );
    });

    it('says that the file of the database cannot be made', async () => {
      expect(await complaintOf({ DATABASE_URL: 'sqlite:/sys/graph-connections.db' })).toMatch(
        /^.*\n {2}- \/sys\/graph-connections\.db cannot be opened as a SQLite database \(DATABASE_URL, DATA_DIR\): .*$/,
      );
    });

    it.each([
      ['null', 'it is not a JSON object'],
      ['{', 'it is not a JSON object'],
      ['', 'it is not a JSON object'],
      ['[]', 'its clientSecret is missing'],
      ['{"clientSecret":"s"}', 'its key is missing'],
      ['{"clientSecret":"s","key":null}', 'its key is missing'],
      ['{"clientSecret":"s","key":{"kid":"k"}}', 'its key is not a private RSA key with a kid'],
    ])('says what is wrong with the secrets %s, and shows nothing of them', async (text, fault) => {
      const dataDir = mkdtempSync(join(folder.path, 'secrets-'));
      writeFileSync(join(dataDir, 'local-identity.json'), text);
      expect(await complaintOf({ DATA_DIR: dataDir })).toBe(
        `The configuration is invalid:\n  - ${join(dataDir, 'local-identity.json')} (DATA_DIR) cannot be used: ${fault}. ` +
          'Remove the file to have a new key and a new secret; tokens issued before are then refused.',
      );
    });

    describe('on a database', () => {
      let own: TestDatabase;
      beforeEach(async () => {
        own = await temporaryDatabase(false);
      });
      afterEach(() => own.remove());

      it.each(['tenant', 'external_item'])(
        'fails if the database has a table %s of another program',
        async (table) => {
          await query(own, `CREATE TABLE ${table} (a integer)`);
          expect(await complaintOf(own.environment)).toMatch(
            new RegExp(
              `^.*\n  - The database has tables of another program: \\w+ "${table}" already exists \\(DATABASE_URL, DATA_DIR\\): .*$`,
            ),
          );
          expect(await query(own, `SELECT * FROM ${table}`)).toEqual([]);
        },
      );

      it('fails if the database has migrations of another kind of program', async () => {
        await query(own, 'CREATE TABLE migrations (a integer)');
        expect(await complaintOf(own.environment)).toMatch(
          /^.*\n {2}- The database has a table "migrations" of another program \(DATABASE_URL, DATA_DIR\): .*$/,
        );
      });

      it('fails on a database of a newer version, and changes nothing', async () => {
        const before = await createApp(loadConfiguration({ ...own.environment, LOG_LEVEL: 'silent' }));
        await before.close();
        await query(own, 'INSERT INTO migrations ("timestamp", "name") VALUES (?, ?)', [
          9_999_999_999_999,
          'Later9999999999999',
        ]);
        const migrations = await query(own, 'SELECT name FROM migrations');
        expect(await complaintOf(own.environment)).toMatch(
          /^.*\n {2}- The database has the migration Later9999999999999, which is of a newer version or of another program .*$/,
        );
        expect(await query(own, 'SELECT name FROM migrations')).toEqual(migrations);
      });
    });
  });
});
