import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../../src/app.js';
import { ConfigurationError } from '../../../src/config/configuration-error.js';
import { loadConfiguration } from '../../../src/config/configuration.js';
import { ensureBuilt, Program } from '../../support/program.js';
import { temporaryFolder } from '../../support/server.js';

describe('A start that cannot be', () => {
  const folder = temporaryFolder();
  afterAll(folder.remove);

  describe('of node dist/main.js', () => {
    beforeAll(() => ensureBuilt());

    /** What it prints before it ends, which it does with 1 and without a stack. */
    async function complaintOf(environment: Record<string, string>): Promise<string> {
      const program = Program.server({ PORT: '0', DATA_DIR: folder.path, ...environment });
      const { code, stdout, stderr } = await program.outcome();
      expect({ code, stdout }, stderr).toEqual({ code: 1, stdout: '' });
      expect(stderr).not.toMatch(/^ +at /m);
      return stderr;
    }

    it.concurrent('lists every wrong variable and ends with 1', async () => {
      expect(await complaintOf({ PORT: 'http', LOG_LEVEL: 'loud', IDENTITY: 'oidc' })).toBe(
        'The configuration is wrong:\n' +
          '  - PORT="http" is not possible: it may be a whole number from 0 to 65535 (0 takes a free port).\n' +
          '  - LOG_LEVEL="loud" is not possible: it may be one of fatal, error, warn, info, debug, trace, silent.\n' +
          '  - IDENTITY_ISSUER is not set: IDENTITY="oidc" needs the issuer of its tokens.\n' +
          '  - IDENTITY_AUDIENCE is not set: IDENTITY="oidc" needs the audience of its tokens.\n',
      );
    });

    it.concurrent('says that the port is taken and ends with 1', async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as { port: number };
      const complaint = await complaintOf({ PORT: String(port), LOG_LEVEL: 'silent' });
      expect(complaint).toContain(`address already in use 127.0.0.1:${port}`);
      other.close();
    });
  });

  describe('is a configuration error, which the program prints without a stack', () => {
    async function complaintOf(environment: Record<string, string>): Promise<string> {
      const configuration = loadConfiguration({ DATA_DIR: folder.path, LOG_LEVEL: 'silent', ...environment });
      const failure: unknown = await createApp(configuration).then(
        (app) => app.close(),
        (error: unknown) => error,
      );
      expect(failure, String(failure)).toBeInstanceOf(ConfigurationError);
      return (failure as ConfigurationError).message;
    }

    it('where DATA_DIR is a file', async () => {
      const file = join(folder.path, 'file');
      writeFileSync(file, '');
      expect(await complaintOf({ DATA_DIR: file })).toContain('DATA_DIR');
    });

    it('where the folder of the database cannot be made', async () => {
      const file = join(folder.path, 'another');
      writeFileSync(file, '');
      const complaint = await complaintOf({ DATABASE_URL: `sqlite:${file}/graph.db` });
      expect(complaint).toContain(`The folder of the database ${file}/graph.db cannot be made`);
    });

    it('where the database is a folder', async () => {
      const database = join(folder.path, 'folder');
      mkdirSync(database);
      expect(await complaintOf({ DATABASE_URL: `sqlite:${database}` })).toContain(database);
    });

    it('where the database is another kind of file', async () => {
      const database = join(folder.path, 'text.db');
      writeFileSync(database, 'This is no database, and long enough to have the header of one. '.repeat(20));
      expect(await complaintOf({ DATABASE_URL: `sqlite:${database}` })).toContain(database);
    });

    it('where the secrets of the local issuer cannot be read', async () => {
      const dataDir = join(folder.path, 'broken');
      mkdirSync(dataDir);
      writeFileSync(join(dataDir, 'local-identity.json'), '{');
      expect(await complaintOf({ DATA_DIR: dataDir })).toContain(
        `${join(dataDir, 'local-identity.json')} cannot be read.`,
      );
    });
  });
});
