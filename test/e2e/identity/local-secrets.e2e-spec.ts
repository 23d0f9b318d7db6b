import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../../src/config/configuration.js';
import { localSecrets } from '../../../src/identity/local/local-store.js';
import { createApp } from '../../../src/app.js';
import { requestToken } from '../../support/authority.js';
import { tokenOf } from '../../support/callers.js';
import { send } from '../../support/http.js';
import { startServer, temporaryFolder, type TestServer } from '../../support/server.js';

const FILE = 'local-identity.json';

describe('The secrets of the local issuer', () => {
  const folder = temporaryFolder();
  afterAll(folder.remove);
  const start = (): Promise<TestServer> => startServer({ DATA_DIR: folder.path });

  it('are in a file that its owner alone may read', async () => {
    const server = await start();
    const { mode } = statSync(join(folder.path, FILE));
    expect((mode & 0o777).toString(8)).toBe('600');
    await server.close();
  });

  it('survive a restart: a token and a secret of before are still good', async () => {
    const first = await start();
    const token = await tokenOf(first);
    const before = readFileSync(join(folder.path, FILE), 'utf8');
    await first.close();
    const second = await start();
    expect((await send(second, 'GET', '/beta/external/connections', { as: token })).status).toBe(200);
    const { clientSecret } = JSON.parse(before);
    expect((await requestToken(second, { client_secret: clientSecret })).status).toBe(200);
    expect(readFileSync(join(folder.path, FILE), 'utf8')).toBe(before);
    await second.close();
  });

  it('are the same for all that start at once, and leave no drafts', async () => {
    const another = temporaryFolder();
    const all = await Promise.all([1, 2, 3, 4].map(() => localSecrets(another.path)));
    expect(new Set(all.map(({ clientSecret }) => clientSecret)).size).toBe(1);
    expect(new Set(all.map(({ key }) => key.kid)).size).toBe(1);
    expect(readdirSync(another.path)).toEqual([FILE]);
    another.remove();
  });

  it('of one server open no other', async () => {
    const [one, other] = [await start(), await startServer()];
    const as = await tokenOf(one);
    expect((await send(other, 'GET', '/beta/external/connections', { as })).status).toBe(401);
    await one.close();
    await other.close();
  });

  it('that cannot be read stop the start with the name of the file', async () => {
    const broken = temporaryFolder();
    writeFileSync(join(broken.path, FILE), '{"key":');
    const configuration = loadConfiguration({ DATA_DIR: broken.path, LOG_LEVEL: 'silent' });
    await expect(createApp(configuration)).rejects.toThrow(
      `${join(broken.path, FILE)} cannot be read. Remove it to have new keys.`,
    );
    broken.remove();
  });
});
