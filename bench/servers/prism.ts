import { createRequire } from 'node:module';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Child, freePort } from './child.js';
import { ours } from './ours.js';
import { PATH, type RunningServer, type Server } from './server.js';

const MAIN = createRequire(import.meta.url).resolve('@stoplight/prism-cli');

/** The OpenAPI document as our server gives it to everybody. */
async function document(folder: string): Promise<string> {
  const source = join(folder, 'ours');
  await mkdir(source);
  const server = await ours.start(source);
  try {
    const response = await fetch(`${server.urls[0]}/openapi.json`);
    if (!response.ok) throw new Error(`/openapi.json: ${response.status}`);
    const path = join(folder, 'openapi.json');
    await writeFile(path, await response.text());
    return path;
  } finally {
    await server.stop();
  }
}

/** Prism with its defaults: it checks each request by our OpenAPI document and answers with that document's example. */
export const prism: Server = {
  name: 'Prism',
  keeps: false,
  async start(folder, nodeOptions = []): Promise<RunningServer> {
    const path = await document(folder);
    const port = await freePort();
    const child = new Child([...nodeOptions, MAIN, 'mock', '--port', String(port), path], folder);
    const url = `http://127.0.0.1:${port}`;
    await child.answers(url);
    return {
      urls: [url],
      pids: [child.pid],
      collection: PATH,
      // It wants a token, and takes any.
      headers: { authorization: 'Bearer any' },
      stop: () => child.stop(),
    };
  },
};
