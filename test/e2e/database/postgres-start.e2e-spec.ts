import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApp } from '../../../src/app.js';
import { ConfigurationError, loadConfiguration } from '../../../src/config/configuration.js';
import { temporaryDatabase, type TestDatabase } from '../../support/database.js';
import { describeException } from '../../support/exceptions.js';
import { createDatabase, dropDatabase, sendTo } from '../../support/postgres/databases.js';
import { freePort } from '../../support/program.js';

describeException('a start on PostgreSQL that cannot be', () => {
  let own: TestDatabase;
  let address: URL;
  beforeAll(async () => {
    own = await temporaryDatabase();
    address = new URL(own.environment.DATABASE_URL!);
    await sendTo(address.href, "CREATE ROLE stranger LOGIN PASSWORD 'hunter2'").catch(() => undefined);
  });
  afterAll(() => own.remove());

  /** The message of the start that fails. */
  async function complaintOf(url: string): Promise<string> {
    const failure: unknown = await createApp(
      loadConfiguration({ ...own.environment, DATABASE_URL: url, LOG_LEVEL: 'silent' }),
    ).then(
      (app) => app.close(),
      (error: unknown) => error,
    );
    expect(failure, String((failure as Error).stack)).toBeInstanceOf(ConfigurationError);
    expect((failure as Error).message).not.toContain('hunter2');
    return (failure as Error).message;
  }

  const changed = (change: (url: URL) => void): string => {
    const url = new URL(address);
    url.password = 'hunter2';
    change(url);
    return url.href;
  };

  it('names host, port, database and reason where nobody listens', async () => {
    const port = await freePort();
    expect(await complaintOf(changed((url) => (url.port = String(port))))).toBe(
      'The configuration is invalid:\n' +
        `  - PostgreSQL on 127.0.0.1:${port}, database "${address.pathname.slice(1)}", cannot be used (DATABASE_URL): ` +
        `connect ECONNREFUSED 127.0.0.1:${port}`,
    );
  });

  it('says that there is no such database', async () => {
    expect(await complaintOf(changed((url) => (url.pathname = '/nowhere')))).toContain(
      `database "nowhere", cannot be used (DATABASE_URL): database "nowhere" does not exist`,
    );
  });

  it('says that there is no such role', async () => {
    expect(await complaintOf(changed((url) => (url.username = 'nobody')))).toContain(
      'role "nobody" does not exist',
    );
  });

  it('says that the server has no TLS where the address asks for it', async () => {
    expect(await complaintOf(changed((url) => (url.search = '?sslmode=verify-full')))).toContain(
      'The server does not support SSL connections',
    );
  });

  it('says that the role may make no tables', async () => {
    const empty = await temporaryDatabase(false);
    const url = new URL(empty.environment.DATABASE_URL!);
    url.username = 'stranger';
    expect(await complaintOf(url.href)).toContain('permission denied for schema public');
    await empty.remove();
  });

  it('says that the database stores its text in another encoding', async () => {
    const name = `${address.pathname.slice(1)}_latin1`;
    await createDatabase(
      address.href,
      name,
      'template0',
      "ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER libc",
    );
    expect(await complaintOf(changed((url) => (url.pathname = `/${name}`)))).toContain(
      "The database stores text as LATIN1 (DATABASE_URL): it must be created with ENCODING 'UTF8'.",
    );
    await dropDatabase(address.href, name);
  });
});
