import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../src/config/configuration.js';
import { localSecrets } from '../../../src/identity/local/local-store.js';
import { createApp } from '../../../src/app.js';
import { requestToken } from '../../support/authority.js';
import { tokenOf } from '../../support/callers.js';
import { query, temporaryDatabase, type TestDatabase } from '../../support/database.js';
import { describeException } from '../../support/exceptions.js';
import { send } from '../../support/http.js';
import { startServer, temporaryFolder, type TestServer } from '../../support/server.js';
import { secretsOf } from '../../support/tokens.js';

const FILE = 'local-identity.json';

describe('The secrets of the local issuer', () => {
  let own: TestDatabase;
  beforeAll(async () => {
    own = await temporaryDatabase();
  });
  afterAll(() => own.remove());
  const start = (): Promise<TestServer> => startServer(own.environment);

  it('survive a restart: a token and a secret of before are still good', async () => {
    const first = await start();
    const token = await tokenOf(first);
    const before = secretsOf(first);
    await first.close();
    const second = await start();
    expect((await send(second, 'GET', '/beta/external/connections', { as: token })).status).toBe(200);
    expect((await requestToken(second, { client_secret: before.clientSecret })).status).toBe(200);
    expect(secretsOf(second)).toEqual(before);
    await second.close();
  });

  it('open one server only', async () => {
    const [one, other] = [await start(), await startServer()];
    const as = await tokenOf(one);
    expect((await send(other, 'GET', '/beta/external/connections', { as })).status).toBe(401);
    await one.close();
    await other.close();
  });
});

describeException('The file of the secrets', () => {
  it('is one that its owner alone may read', async () => {
    const server = await startServer();
    const { mode } = statSync(join(server.dataDir, FILE));
    expect((mode & 0o777).toString(8)).toBe('600');
    await server.close();
  });

  it('is the same for all that start at once, and leaves no drafts', async () => {
    const another = temporaryFolder();
    const all = await Promise.all([1, 2, 3, 4].map(() => localSecrets(another.path)));
    expect(new Set(all.map(({ clientSecret }) => clientSecret)).size).toBe(1);
    expect(new Set(all.map(({ key }) => key.kid)).size).toBe(1);
    expect(readdirSync(another.path)).toEqual([FILE]);
    another.remove();
  });

  it('stops the start with its name if it cannot be read', async () => {
    const broken = temporaryFolder();
    writeFileSync(join(broken.path, FILE), '{"key":');
    const configuration = loadConfiguration({ DATA_DIR: broken.path, LOG_LEVEL: 'silent' });
    await expect(createApp(configuration)).rejects.toThrow(
      `${join(broken.path, FILE)} (DATA_DIR) cannot be used: it is not a JSON object. Remove the file to have a new key`,
    );
    broken.remove();
  });
});

describeException('The row of the secrets', () => {
  it.each([
    ['null', 'it is not a JSON object'],
    ['{', 'it is not a JSON object'],
    ['{"clientSecret":"s"}', 'its key is missing'],
  ])('stops the start if it holds %s', async (text, fault) => {
    const own = await temporaryDatabase();
    await query(own, 'INSERT INTO local_identity (name, secrets) VALUES (?, ?)', ['issuer', text]);
    const configuration = loadConfiguration({ ...own.environment, LOG_LEVEL: 'silent' });
    await expect(createApp(configuration)).rejects.toThrow(
      `The row "issuer" of the table local_identity (DATABASE_URL) cannot be used: ${fault}. Delete the row`,
    );
    await own.remove();
  });

  it('is one for all servers, and DATA_DIR has none of them', async () => {
    const server = await startServer();
    const rows = await query<{ secrets: string }>(server, 'SELECT secrets FROM local_identity');
    expect(rows.map(({ secrets }) => JSON.parse(secrets) as unknown)).toEqual([secretsOf(server)]);
    expect(readdirSync(server.dataDir)).toEqual(['tls']);
    await server.close();
  });
});
