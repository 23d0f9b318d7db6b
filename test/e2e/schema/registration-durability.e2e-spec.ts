import { KILLS } from '../../support/exceptions.js';
import { execFileSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../../support/connections.js';
import { type RunningProgram, startProgram } from '../../support/process.js';
import { validSchema } from '../../support/schemas.js';
import { temporaryFolder } from '../../support/server.js';

const AT_ONCE = 4;
const PROVISIONING_MS = 300;

interface Registration {
  readonly id: string;
  readonly location: string;
}

describe('a registration that was answered 202', () => {
  const folder = temporaryFolder();
  const environment = {
    DATA_DIR: folder.path,
    SCHEMA_PROVISIONING_MS: String(PROVISIONING_MS),
    MAX_CONNECTIONS_PER_TENANT: '1000',
  };
  let program: RunningProgram;
  let token: string;
  beforeAll(async () => {
    program = await startProgram(environment);
    token = execFileSync('npx', ['tsx', 'src/cli/token.ts'], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .toString()
      .trim();
  });
  afterAll(async () => {
    await program.stop('SIGKILL');
    folder.remove();
  });

  const request = (method: string, path: string, body?: object): Promise<Response> =>
    fetch(program.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  const json = async (path: string): Promise<Record<string, unknown>> =>
    (await (await request('GET', path)).json()) as Record<string, unknown>;

  /** Registers schemas until the server is gone; what was acknowledged is noted. */
  async function client(acknowledged: Registration[]): Promise<void> {
    for (;;) {
      const id = newId();
      const connection = `/beta/external/connections/${id}`;
      try {
        const created = await request('POST', '/beta/external/connections', { id, name: id });
        expect(created.status).toBe(201);
        const registered = await request('PATCH', `${connection}/schema`, validSchema());
        expect(registered.status).toBe(202);
        acknowledged.push({ id, location: new URL(registered.headers.get('location')!).pathname });
      } catch (error) {
        // A connection that is cut is the end of this round; a wrong status is not.
        if (error instanceof TypeError) return;
        throw error;
      }
    }
  }

  it(`survives kill -9, ${KILLS} times: the operation completes and the connection is ready`, async () => {
    const all: Registration[] = [];
    for (let round = 0; round < KILLS; round++) {
      const acknowledged: Registration[] = [];
      const clients = Array.from({ length: AT_ONCE }, () => client(acknowledged));
      while (acknowledged.length < AT_ONCE) await wait(1);
      await wait((round * 7) % 20);
      await program.stop('SIGKILL');
      await Promise.all(clients);
      expect(acknowledged.length).toBeGreaterThanOrEqual(AT_ONCE);
      program = await startProgram({ ...environment, PORT: new URL(program.url).port });
      all.push(...acknowledged);
      for (const { location } of acknowledged)
        expect(['inprogress', 'completed']).toContain((await json(location)).status);
    }
    await wait(PROVISIONING_MS);
    for (const { id, location } of all) {
      expect(await json(location)).toMatchObject({ status: 'completed', error: null });
      const connection = await json(`/beta/external/connections/${id}?$expand=schema`);
      expect(connection).toMatchObject({ state: 'ready', schema: { properties: [{ name: 'title' }] } });
    }
    expect(await program.stop()).toBe(0);
  }, 300_000);
});
