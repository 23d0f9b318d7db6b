import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { markdownTable, whole } from '../markdown.js';
import { residentMebibytes } from '../machine.js';
import { measureLoad } from '../measure.js';
import { putItem, putting, readyConnection } from '../scenarios/put-item.js';
import { ours } from '../servers/ours.js';
import type { LongMeasurement } from './measurement.js';

const SEED = fileURLToPath(new URL('../../dist/cli/seed.js', import.meta.url));
const SIZES = [10_000, 1_000_000] as const;
const WARM_UP_SECONDS = 2;
const WANTED = 0.8;

/** `npm run seed`: fills a connection up to a number of items, through the service's own write path. */
const seed = (folder: string, connection: string, items: number): Promise<unknown> =>
  promisify(execFile)(process.execPath, [SEED, '--connection', connection, '--items', String(items)], {
    env: { PATH: process.env.PATH, DATA_DIR: folder, MAX_ITEMS_PER_CONNECTION: '999999999' },
  });

async function newConnection(folder: string): Promise<string> {
  const running = await ours.start(folder);
  try {
    return await readyConnection(running);
  } finally {
    await running.stop();
  }
}

/** Whether a write costs as much in a full connection as in a small one, in time and memory. */
export const flatCost: LongMeasurement = {
  title: `Items of 2 kB are put into a connection of ${SIZES.map(whole).join(' and of ')} items`,
  async run({ seconds, parent, say }) {
    const filled: { size: number; folder: string; connection: string }[] = [];
    for (const size of SIZES) {
      const folder = await mkdtemp(join(parent, 'flat-'));
      const connection = await newConnection(folder);
      say(`flat cost: seeding up to ${whole(size)} items`);
      await seed(folder, connection, size);
      filled.push({ size, folder, connection });
    }
    const rates: number[] = [];
    const rows: string[][] = [];
    // One after the other, since the machine is not always equally fast.
    for (const { size, folder, connection } of filled) {
      const running = await ours.start(folder);
      try {
        const put = putting(running, connection);
        await measureLoad(running, [() => put()], putItem.expected, WARM_UP_SECONDS);
        const measured = await measureLoad(running, [() => put()], putItem.expected, seconds);
        rates.push(measured.perSecond);
        rows.push([
          whole(size),
          whole(measured.perSecond),
          measured.p50.toFixed(2),
          measured.p99.toFixed(2),
          whole(residentMebibytes(running.pids[0]!)),
        ]);
      } finally {
        await running.stop();
      }
    }
    const ratio = (rates[1]! / rates[0]!).toFixed(2);
    return [
      markdownTable(['items', 'put item/s', 'p50 ms', 'p99 ms', 'RSS MiB'], rows),
      `The rate in the full connection is ${ratio} of the rate in the small one (wanted: ${WANTED} or more).\n`,
    ].join('\n');
  },
};
