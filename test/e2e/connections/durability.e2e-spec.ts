import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newId } from '../../support/connections.js';
import { faultsOf, query, temporaryDatabase, type TestDatabase } from '../../support/database.js';
import { type RunningProgram, startProgram } from '../../support/process.js';

const CREATES = 2_000;
const AT_A_TIME = 64;

interface Page {
  readonly value: readonly { readonly id: string }[];
  readonly '@odata.nextLink'?: string;
}

describe('an acknowledged create', () => {
  let own: TestDatabase;
  let program: RunningProgram;
  let token: string;
  const environment = (): Record<string, string> => ({
    ...own.environment,
    MAX_CONNECTIONS_PER_TENANT: '1000000',
  });

  beforeEach(async () => {
    own = await temporaryDatabase();
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
    await own.remove();
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
    let next = '?$select=id';
    while (next !== '') {
      const page = (await (await request('GET', next)).json()) as Page;
      for (const { id } of page.value) stored.add(id);
      next = page['@odata.nextLink'] === undefined ? '' : new URL(page['@odata.nextLink']).search;
    }
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    expect(await program.stop()).toBe(0);

    const rows = { rows: stored.size };
    expect(await query(own, 'SELECT count(*) AS rows FROM external_connection')).toEqual([rows]);
    expect(await query(own, 'SELECT count(*) AS rows FROM external_connection_authorized_app')).toEqual([
      rows,
    ]);
    expect(await query(own, 'SELECT "connectionCount" AS rows FROM tenant')).toEqual([rows]);
    expect(await faultsOf(own)).toEqual([]);
  }, 120_000);
});
