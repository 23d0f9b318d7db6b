import { chmodSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { create } from '../../support/connections.js';
import { describeException } from '../../support/exceptions.js';
import { startServer, temporaryFolder } from '../../support/server.js';

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describeException('The files of a SQLite database', () => {
  const folder = temporaryFolder();
  afterAll(folder.remove);

  /** The modes of all files there while a server has written to its database. */
  async function modesIn(dataDir: string): Promise<Record<string, string>> {
    const server = await startServer({ DATA_DIR: dataDir });
    try {
      expect((await create(server)).status).toBe(201);
      return Object.fromEntries(readdirSync(dataDir).map((file) => [file, modeOf(join(dataDir, file))]));
    } finally {
      await server.close();
    }
  }

  const FOR_THE_OWNER = {
    'graph-connections.db': '600',
    'graph-connections.db-wal': '600',
    'graph-connections.db-shm': '600',
    'local-identity.json': '600',
    tls: '700',
  };

  it('are for their owner alone, in folders that are as well', async () => {
    const dataDir = join(folder.path, 'made', 'data');
    expect(await modesIn(dataDir)).toEqual(FOR_THE_OWNER);
    expect([modeOf(dataDir), modeOf(join(folder.path, 'made'))]).toEqual(['700', '700']);
  });

  it('that others could read are so no longer, and the folder stays as it was', async () => {
    const dataDir = join(folder.path, 'there');
    mkdirSync(dataDir);
    chmodSync(dataDir, 0o755);
    await modesIn(dataDir);
    for (const file of readdirSync(dataDir)) chmodSync(join(dataDir, file), 0o644);
    for (const end of ['-wal', '-shm']) {
      const path = join(dataDir, `graph-connections.db${end}`);
      writeFileSync(path, '');
      chmodSync(path, 0o644);
    }
    expect(await modesIn(dataDir)).toEqual(FOR_THE_OWNER);
    expect(modeOf(dataDir)).toBe('755');
  });
});
