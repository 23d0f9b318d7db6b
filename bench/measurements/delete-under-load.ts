import { randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { sqliteDriver } from '../../src/database/sqlite/sqlite-driver.js';
import { Latencies } from '../latencies.js';
import { Load, microseconds } from '../load.js';
import { markdownTable, whole } from '../markdown.js';
import { createOne, creation, reading } from '../scenarios/connections.js';
import type { LoadRequest } from '../scenarios/scenario.js';
import { send } from '../send.js';
import { ours } from '../servers/ours.js';
import type { RunningServer } from '../servers/server.js';
import type { LongMeasurement } from './measurement.js';

const CHILD_ROWS = 200_000;
const CLIENTS = 16;
const ROWS_TO_READ = 64;
const WARM_UP_SECONDS = 2;
const REMOVAL_LIMIT_MS = 180_000;
const POLL_MS = 100;
const WANTED = 2;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Each client reads and creates in turn. */
async function mixedLoad(running: RunningServer): Promise<LoadRequest[]> {
  const requests: LoadRequest[] = [];
  for (let row = 0; row < ROWS_TO_READ; row++)
    requests.push(reading(running, await createOne(running)), () => creation(running));
  return requests;
}

/** The server's database, beside the server. */
class Beside {
  private readonly database: Database.Database;

  constructor(folder: string) {
    this.database = new (sqliteDriver())(join(folder, 'graph-connections.db'), { fileMustExist: true });
  }

  /** Puts rows below a connection, as if it had so many owners. */
  addChildren(id: string, count: number): string {
    const { connectionKey } = this.database
      .prepare<[string], { connectionKey: string }>(
        'SELECT connectionKey FROM external_connection WHERE normalizedId = ?',
      )
      .get(id)!;
    const insert = this.database.prepare('INSERT INTO external_connection_authorized_app VALUES (?, ?)');
    this.database.transaction(() => {
      for (let row = 0; row < count; row++) insert.run(connectionKey, randomUUID());
    })();
    return connectionKey;
  }

  /** Whether the server has still to remove something of a connection. It looks for one row, and costs nothing. */
  isRemoving(connectionKey: string): boolean {
    return this.has('external_connection_removal', 'ownerKey', connectionKey);
  }

  hasChildren(connectionKey: string): boolean {
    return this.has('external_connection_authorized_app', 'connectionKey', connectionKey);
  }

  close(): void {
    this.database.close();
  }

  private has(table: string, column: string, key: string): boolean {
    return this.database.prepare(`SELECT 1 FROM ${table} WHERE ${column} = ? LIMIT 1`).get(key) !== undefined;
  }
}

/** Deletes the connection while the clients go on, and waits until nothing is left of it. */
async function removalOf(running: RunningServer, id: string, key: string, beside: Beside): Promise<number> {
  const path = `${running.collection}/${id}`;
  const start = microseconds();
  await send(running, { method: 'DELETE', path, headers: running.headers }, 202);
  const limit = Date.now() + REMOVAL_LIMIT_MS;
  do {
    if (Date.now() > limit) throw new Error(`not removed after ${REMOVAL_LIMIT_MS} ms`);
    await pause(POLL_MS);
  } while (beside.isRemoving(key));
  if (beside.hasChildren(key)) throw new Error('the removal is over, and rows are left');
  await send(running, { method: 'GET', path, headers: running.headers }, 404);
  return (microseconds() - start) / 1e6;
}

/** What clients notice while a large connection is removed (contract of the service: nothing much). */
export const deleteUnderLoad: LongMeasurement = {
  title: `A connection of ${whole(CHILD_ROWS)} child rows is deleted while ${CLIENTS} clients read and create`,
  async run({ seconds, parent, say }) {
    const folder = await mkdtemp(join(parent, 'delete-'));
    const running = await ours.start(folder);
    const beside = new Beside(folder);
    try {
      const id = await createOne(running);
      const key = beside.addChildren(id, CHILD_ROWS);
      const load = new Load(running, {
        requests: await mixedLoad(running),
        expected: [200, 201],
        connections: CLIENTS,
      });
      await pause(WARM_UP_SECONDS * 1_000);
      const from = microseconds();
      await pause(seconds * 1_000);
      const deleted = microseconds();
      const took = await removalOf(running, id, key, beside);
      const until = microseconds();
      await load.stop();

      const [undisturbed, during] = [
        new Latencies(load.between(from, deleted)),
        new Latencies(load.between(deleted, until)),
      ];
      const ratio = during.percentile(0.99) / undisturbed.percentile(0.99);
      say(`delete under load: p99 ${ratio.toFixed(2)} times the undisturbed one, wanted under ${WANTED}`);
      const row = (name: string, latencies: Latencies, length: number): string[] => [
        name,
        length.toFixed(1),
        whole(latencies.count / length),
        latencies.percentile(0.5).toFixed(2),
        latencies.percentile(0.99).toFixed(2),
      ];
      return [
        markdownTable(
          ['', 'seconds', 'requests/s', 'p50 ms', 'p99 ms'],
          [row('undisturbed', undisturbed, (deleted - from) / 1e6), row('during the removal', during, took)],
        ),
        `p99 during the removal is ${ratio.toFixed(2)} times the undisturbed one (wanted: under ${WANTED}); ` +
          'all child rows are gone, and no request failed.\n',
      ].join('\n');
    } finally {
      beside.close();
      await running.stop();
    }
  },
};
