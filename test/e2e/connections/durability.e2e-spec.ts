import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../support/connections.js';
import { type RunningProgram, startProgram } from '../../support/process.js';
import { temporaryFolder } from '../../support/server.js';

const CREATES = 2_000;
const AT_A_TIME = 64;

interface Page {
  readonly value: readonly { readonly id: string }[];
  readonly '@odata.nextLink'?: string;
}

describe('an acknowledged create', () => {
  let folder: ReturnType<typeof temporaryFolder>;
  let program: RunningProgram;
  let token: string;
  const environment = (): Record<string, string> => ({
    DATA_DIR: folder.path,
    MAX_CONNECTIONS_PER_TENANT: '1000000',
  });

  beforeEach(async () => {
    folder = temporaryFolder();
    program = await startProgram(environment());
    token = execFileSync('npx', ['tsx', 'src/cli/token.ts'], {
      env: { ...process.env, ...environment() },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .toString()
      .trim();
  });
  afterEach(async () => {
    await program.stop('SIGKILL');
    folder.remove();
  });

  const request = (method: string, path: string, body?: object): Promise<Response> =>
    fetch(`${program.url}/beta/external/connections${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });

  it('survives kill -9 in the middle of 2,000 creates at 64 at a time', async () => {
    const acknowledged: string[] = [];
    const refused: number[] = [];
    let sent = 0;
    const client = async (): Promise<void> => {
      while (sent < CREATES) {
        sent++;
        const id = newId();
        try {
          const answer = await request('POST', '', { id, name: id });
          if (answer.status === 201) acknowledged.push(id);
          else refused.push(answer.status);
        } catch {
          return;
        }
        if (acknowledged.length === CREATES / 2) void program.stop('SIGKILL');
      }
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, client));
    expect(refused).toEqual([]);
    expect(acknowledged.length).toBeGreaterThanOrEqual(CREATES / 2);
    expect(acknowledged.length).toBeLessThan(CREATES);
    await program.stop('SIGKILL');

    program = await startProgram(environment());
    const stored = new Set<string>();
    let query = '?$select=id';
    while (query !== '') {
      const page = (await (await request('GET', query)).json()) as Page;
      for (const { id } of page.value) stored.add(id);
      query = page['@odata.nextLink'] === undefined ? '' : new URL(page['@odata.nextLink']).search;
    }
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    expect(await program.stop()).toBe(0);

    const database = new Database(join(folder.path, 'graph-connections.db'), { readonly: true });
    const count = (table: string): unknown => database.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(count('external_connection')).toBe(stored.size);
    expect(count('external_connection_authorized_app')).toBe(stored.size);
    expect(database.prepare('SELECT connectionCount FROM tenant').pluck().all()).toEqual([stored.size]);
    database.close();
  });
});
