import { KILLS } from '../../support/exceptions.js';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validItem } from '../../support/items.js';
import { type RunningProgram, startProgram } from '../../support/process.js';
import { validSchema } from '../../support/schemas.js';
import { temporaryFolder } from '../../support/server.js';

const AT_A_TIME = 32;
const CONNECTION = '/beta/external/connections/durable1';

describe('an acknowledged write of an item', () => {
  const folder = temporaryFolder();
  const environment: Record<string, string> = { DATA_DIR: folder.path, SCHEMA_PROVISIONING_MS: '0' };
  const file = join(folder.path, 'graph-connections.db');
  let program: RunningProgram;
  let token: string;
  /** Every item by its id: which titles its last writes had that may be the stored one; none where it may be gone. */
  const possible = new Map<string, Set<string | undefined>>();

  let acknowledged = 0;
  /** At which of them the program dies. */
  let killAt = 0;

  beforeAll(async () => {
    program = await startProgram(environment);
    token = execFileSync('npx', ['tsx', 'src/cli/token.ts'], {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
      .toString()
      .trim();
    expect((await request('POST', '/beta/external/connections', { id: 'durable1', name: 'x' })).status).toBe(
      201,
    );
    expect((await request('PATCH', `${CONNECTION}/schema`, validSchema())).status).toBe(202);
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

  /** Writes item after item, until the program is gone: three new ones, then a change, then a delete. */
  async function ingest(client: string): Promise<void> {
    for (let index = 0; ; index++) {
      const id = index % 5 < 3 ? `${client}x${index}` : `${client}x${index - (index % 5)}`;
      const title = index % 5 === 4 ? undefined : `Title ${index}`;
      const before = possible.get(id) ?? new Set([undefined]);
      possible.set(id, new Set([...before, title]));
      try {
        const answer =
          title === undefined
            ? await request('DELETE', `${CONNECTION}/items/${id}`)
            : await request('PUT', `${CONNECTION}/items/${id}`, validItem({ properties: { title } }));
        await answer.arrayBuffer();
        expect([200, 204]).toContain(answer.status);
      } catch (error) {
        // The program was killed, so this write may be there or not.
        if (error instanceof TypeError) return;
        throw error;
      }
      acknowledged++;
      if (acknowledged === killAt) void program.stop('SIGKILL');
      possible.set(id, new Set([title]));
    }
  }

  /** What is stored and should not be, or should be and is not. */
  function faults(path = file): string[] {
    const database = new Database(path);
    const rows = database.prepare('SELECT id, properties FROM external_item').all() as {
      id: string;
      properties: string;
    }[];
    const counts = {
      rows: rows.length,
      connection: database.prepare('SELECT itemCount FROM external_connection').pluck().get(),
      tenant: database.prepare('SELECT itemCount FROM tenant').pluck().get(),
    };
    const integrity = database.pragma('integrity_check', { simple: true });
    database.close();
    const stored = new Map(rows.map(({ id, properties }) => [id, JSON.parse(properties).title as string]));
    return [
      ...[...possible].flatMap(([id, titles]) =>
        titles.has(stored.get(id)) ? [] : [`${id} has '${String(stored.get(id))}'`],
      ),
      ...[...stored.keys()].flatMap((id) => (possible.has(id) ? [] : [`${id} was never written`])),
      ...(new Set(Object.values(counts)).size === 1 ? [] : [`counts differ: ${JSON.stringify(counts)}`]),
      ...(integrity === 'ok' ? [] : [`integrity: ${String(integrity)}`]),
    ];
  }

  it(`survives kill -9 at full rate, ${KILLS} times over the same data`, async () => {
    for (let round = 0; round < KILLS; round++) {
      if (round > 0) program = await startProgram(environment);
      killAt = acknowledged + 100 + 17 * round;
      const clients = Array.from({ length: AT_A_TIME }, (_, index) => ingest(`r${round}c${index}`));
      await Promise.all(clients);
      await program.stop('SIGKILL');
      expect(faults(), `round ${round}`).toEqual([]);
    }
  }, 600_000);

  it('is counted right by the program that starts afterwards', async () => {
    program = await startProgram(environment);
    const { ingestedItemsCount } = (await (await request('GET', CONNECTION)).json()) as {
      ingestedItemsCount: number;
    };
    expect(await program.stop()).toBe(0);
    const database = new Database(file, { readonly: true });
    expect(database.prepare('SELECT count(*) FROM external_item').pluck().get()).toBe(ingestedItemsCount);
    database.close();
    expect(faults()).toEqual([]);
  });

  it.each([
    ['a lost item', 'DELETE FROM external_item WHERE id = (SELECT max(id) FROM external_item)', 2],
    [
      'an old value',
      `UPDATE external_item SET properties = '{"title":"old"}' WHERE id = (SELECT max(id) FROM external_item)`,
      1,
    ],
    [
      'an item that nobody wrote',
      "UPDATE external_item SET id = 'foreign' WHERE id = (SELECT max(id) FROM external_item)",
      2,
    ],
    ['a count of the connection', 'UPDATE external_connection SET itemCount = itemCount - 1', 1],
    ['a count of the tenant', 'UPDATE tenant SET itemCount = itemCount + 1', 1],
  ])('would be missed: the check notices %s', async (_what, sql, count) => {
    const copy = join(folder.path, 'copy.db');
    const original = new Database(file);
    await original.backup(copy);
    original.close();
    const database = new Database(copy);
    database.exec(sql);
    database.close();
    expect(faults(copy)).toHaveLength(count);
  });
});
