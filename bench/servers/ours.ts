import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Child, freePort } from './child.js';
import { connection, JSON_HEADERS, PATH, type RunningServer, type Server } from './server.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const TOKEN = fileURLToPath(new URL('../../src/cli/token.ts', import.meta.url));

/** Microsoft Graph's 30 connections a tenant would end a benchmark at once. */
const MOST_CONNECTIONS = '999999999';

async function token(dataDir: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', TOKEN], {
    env: { PATH: process.env.PATH, DATA_DIR: dataDir },
  });
  return stdout.trim();
}

/** This server as `npm start` runs it: local tokens, every check, a database file, the log of every request. */
export const ours: Server = {
  name: 'this server',
  async start(folder, nodeOptions = []): Promise<RunningServer> {
    const authorization = `Bearer ${await token(folder)}`;
    const port = await freePort();
    const child = new Child([...nodeOptions, MAIN], folder, {
      PORT: String(port),
      DATA_DIR: folder,
      MAX_CONNECTIONS_PER_TENANT: MOST_CONNECTIONS,
    });
    const url = `http://127.0.0.1:${port}`;
    await child.answers(url);
    return {
      url,
      pid: child.pid,
      create: (id) => ({
        method: 'POST',
        path: PATH,
        headers: { authorization, ...JSON_HEADERS },
        body: connection(id),
      }),
      read: (id) => ({ method: 'GET', path: `${PATH}/${id}`, headers: { authorization } }),
      stop: () => child.stop(),
    };
  },
};
