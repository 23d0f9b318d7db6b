import { createRequire } from 'node:module';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Child, freePort } from './child.js';
import type { RunningServer, Server } from './server.js';

const MAIN = createRequire(import.meta.url).resolve('json-server/lib/cli/bin.js');
const PATH = '/connections';

/** json-server with its defaults: it keeps everything in memory and writes the whole file after a change. */
export const jsonServer: Server = {
  name: 'json-server 0.17',
  keeps: true,
  async start(folder, nodeOptions = []): Promise<RunningServer> {
    const path = join(folder, 'db.json');
    await writeFile(path, JSON.stringify({ connections: [] }));
    const port = await freePort();
    const child = new Child(
      [...nodeOptions, MAIN, '--host', '127.0.0.1', '--port', String(port), path],
      folder,
    );
    const url = `http://127.0.0.1:${port}`;
    await child.answers(url);
    return { urls: [url], pids: [child.pid], collection: PATH, headers: {}, stop: () => child.stop() };
  },
};
