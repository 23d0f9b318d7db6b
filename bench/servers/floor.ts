import { fileURLToPath } from 'node:url';
import { Child, freePort } from './child.js';
import { PATH, type RunningServer, type Server } from './server.js';

const MAIN = fileURLToPath(new URL('../floor/server.ts', import.meta.url));

/** The least that can give the same answers. */
export const floor: Server = {
  name: 'floor',
  keeps: true,
  async start(folder, nodeOptions = []): Promise<RunningServer> {
    const port = await freePort();
    const child = new Child([...nodeOptions, '--import', 'tsx', MAIN, String(port), folder], folder);
    const url = `http://127.0.0.1:${port}`;
    await child.answers(url);
    return { urls: [url], pids: [child.pid], collection: PATH, headers: {}, stop: () => child.stop() };
  },
};
