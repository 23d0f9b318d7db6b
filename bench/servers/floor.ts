import { fileURLToPath } from 'node:url';
import { Child, freePort } from './child.js';
import { connection, JSON_HEADERS, PATH, type RunningServer, type Server } from './server.js';

const MAIN = fileURLToPath(new URL('../floor/server.ts', import.meta.url));

/** The least that can give the same answers. */
export const floor: Server = {
  name: 'floor',
  async start(folder, nodeOptions = []): Promise<RunningServer> {
    const port = await freePort();
    const child = new Child([...nodeOptions, '--import', 'tsx', MAIN, String(port), folder], folder);
    const url = `http://127.0.0.1:${port}`;
    await child.answers(url);
    return {
      url,
      pid: child.pid,
      create: (id) => ({ method: 'POST', path: PATH, headers: JSON_HEADERS, body: connection(id) }),
      read: (id) => ({ method: 'GET', path: `${PATH}/${id}`, headers: {} }),
      stop: () => child.stop(),
    };
  },
};
