import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Child, freePort } from './child.js';
import { PATH, type RunningServer, type Server } from './server.js';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const TOKEN = fileURLToPath(new URL('../../src/cli/token.ts', import.meta.url));

/** Microsoft Graph's 30 connections a tenant would end a benchmark at once, and its quotas of items the larger ones. */
const LIMITS = {
  MAX_CONNECTIONS_PER_TENANT: '999999999',
  MAX_ITEMS_PER_CONNECTION: '999999999',
  MAX_ITEMS_PER_TENANT: '999999999',
};

/** The real service takes minutes to provision a schema, and this one two seconds by default. */
const SCHEMA_PROVISIONING_MS = '0';

/** A token of the server whose folder and database the variables name. */
export async function token(env: Readonly<Record<string, string>>, ...options: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', TOKEN, ...options], {
    env: { PATH: process.env.PATH, ...env },
  });
  return stdout.trim();
}

/**
 * Starts this server as `npm start` runs it: local tokens, every check, a database, the log of every request.
 * @param count how many processes share the database
 * @param env what they see besides, DATABASE_URL for instance
 */
export async function startOurs(
  folder: string,
  nodeOptions: readonly string[],
  count: number,
  env: Readonly<Record<string, string>>,
): Promise<RunningServer> {
  const authorization = `Bearer ${await token({ DATA_DIR: folder, ...env })}`;
  const children: Child[] = [];
  const urls: string[] = [];
  for (let started = 0; started < count; started++) {
    const port = await freePort();
    const child = new Child([...nodeOptions, MAIN], folder, {
      PORT: String(port),
      DATA_DIR: folder,
      SCHEMA_PROVISIONING_MS,
      ...LIMITS,
      ...env,
    });
    urls.push(`http://127.0.0.1:${port}`);
    children.push(child);
    await child.answers(urls.at(-1)!);
  }
  return {
    urls: urls as [string, ...string[]],
    pids: children.map(({ pid }) => pid),
    collection: PATH,
    headers: { authorization },
    stop: async () => void (await Promise.all(children.map((child) => child.stop()))),
  };
}

/** This server on its database file. */
export const ours: Server = {
  name: 'this server',
  keeps: true,
  start: (folder, nodeOptions = []) => startOurs(folder, nodeOptions, 1, {}),
};
