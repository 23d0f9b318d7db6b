import { execFileSync } from 'node:child_process';
import { chownSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createApp } from '../../../src/app.js';
import { loadConfiguration } from '../../../src/config/configuration.js';
import { query } from '../../support/database.js';
import { describeException } from '../../support/exceptions.js';
import { PostgresCluster } from '../../support/postgres/cluster.js';
import { createDatabase, sendTo } from '../../support/postgres/databases.js';
import { temporaryFolder } from '../../support/server.js';

/** A certificate for 127.0.0.1 that only itself vouches for. */
function makeCertificate(folder: string, owner: { readonly uid: number; readonly gid: number }): void {
  const options =
    'req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 ' +
    '-keyout server.key -out server.crt';
  execFileSync('openssl', options.split(' '), { cwd: folder, stdio: 'ignore' });
  for (const file of ['', ...readdirSync(folder)]) chownSync(join(folder, file), owner.uid, owner.gid);
}

describeException('PostgreSQL behind TLS', () => {
  const folder = temporaryFolder();
  const certificate = join(folder.path, 'server.crt');
  let postgres: PostgresCluster;
  const address = (parameters: string, host = '127.0.0.1'): string =>
    `${postgres.url('secret').replace('127.0.0.1', host)}?${parameters}`;
  const plain = (): { environment: Record<string, string> } => ({
    environment: { DATABASE_URL: postgres.url('secret') },
  });

  const start = (url: string): Promise<NestFastifyApplication> =>
    createApp(loadConfiguration({ DATA_DIR: folder.path, DATABASE_URL: url, LOG_LEVEL: 'silent' }));

  beforeAll(async () => {
    postgres = await PostgresCluster.start();
    await createDatabase(postgres.url('postgres'), 'secret', 'template0', "ENCODING 'UTF8'");
    const [{ data_directory: data }] = (await query(plain(), 'SHOW data_directory')) as [
      { data_directory: string },
    ];
    makeCertificate(folder.path, statSync(data));
    for (const setting of [
      `ssl_cert_file = '${certificate}'`,
      `ssl_key_file = '${join(folder.path, 'server.key')}'`,
      'ssl = on',
    ])
      await sendTo(postgres.url('postgres'), `ALTER SYSTEM SET ${setting}`);
    await postgres.control('reload');
    await vi.waitFor(async () => expect(await query(plain(), 'SHOW ssl')).toEqual([{ ssl: 'on' }]));
  });
  afterAll(async () => {
    await postgres.stop();
    folder.remove();
  });

  it('is used by every connection, where the certificate is that of the address', async () => {
    const app = await start(address(`sslmode=verify-full&sslrootcert=${certificate}`));
    const used = await query(
      plain(),
      'SELECT DISTINCT s.ssl FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid) ' +
        "WHERE a.datname = current_database() AND a.application_name = 'graph-connections'",
    );
    await app.close();
    expect(used).toEqual([{ ssl: true }]);
  });

  it.each([
    ['of nobody who is known', 'sslmode=verify-full', '127.0.0.1', 'self-signed certificate'],
    ['of another host', 'sslmode=verify-full&sslrootcert=', 'localhost', 'localhost'],
  ])('is refused with a certificate %s', async (_what, parameters, host, reason) => {
    const url = address(parameters.replace('sslrootcert=', `sslrootcert=${certificate}`), host);
    await expect(start(url)).rejects.toThrow(
      new RegExp(`PostgreSQL on ${host}:\\d+, database "secret", cannot be used .*${reason}`),
    );
  });
});
