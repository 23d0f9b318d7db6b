import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { markdownTable, whole } from '../markdown.js';
import { residentMebibytes } from '../machine.js';
import { measureLoad, type Measurement } from '../measure.js';
import { putItem, putting, readyConnection } from '../scenarios/put-item.js';
import { ours } from '../servers/ours.js';
import type { HttpRequest, RunningServer } from '../servers/server.js';
import type { LongMeasurement, MeasurementContext } from './measurement.js';

const SEED = fileURLToPath(new URL('../../dist/cli/seed.js', import.meta.url));
const SIZES = [10_000, 1_000_000] as const;
const WARM_UP_SECONDS = 2;
const ROUNDS = 5;
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

interface Filled {
  readonly size: number;
  readonly running: RunningServer;
  readonly put: () => HttpRequest;
  readonly rounds: Measurement[];
}

async function fill(size: number, { parent, say }: MeasurementContext): Promise<Filled> {
  const folder = await mkdtemp(join(parent, 'flat-'));
  const connection = await newConnection(folder);
  say(`flat cost: seeding up to ${whole(size)} items`);
  await seed(folder, connection, size);
  const running = await ours.start(folder);
  const put = putting(running, connection);
  return { size, running, put: () => put(), rounds: [] };
}

/** The round in the middle, by its rate. */
const median = (rounds: readonly Measurement[]): Measurement =>
  rounds.toSorted((a, b) => a.perSecond - b.perSecond)[Math.floor(rounds.length / 2)]!;

function row({ size, running, rounds }: Filled): string[] {
  const { perSecond, p50, p99 } = median(rounds);
  const memory = residentMebibytes(running.pids[0]!);
  return [whole(size), whole(perSecond), p50.toFixed(2), p99.toFixed(2), whole(memory)];
}

/** Whether a write costs as much in a full connection as in a small one, in time and memory. */
export const flatCost: LongMeasurement = {
  title: `Items of 2 kB are put into a connection of ${SIZES.map(whole).join(' and of ')} items`,
  async run(context) {
    const filled: Filled[] = [];
    try {
      for (const size of SIZES) filled.push(await fill(size, context));
      // Else the disk is still busy with what was seeded.
      await promisify(execFile)('sync');
      // In turn, since the machine is not always equally fast.
      for (let round = 0; round < ROUNDS; round++) {
        for (const { running, put, rounds } of filled) {
          await measureLoad(running, [put], putItem.expected, WARM_UP_SECONDS);
          rounds.push(await measureLoad(running, [put], putItem.expected, context.seconds));
        }
      }
      const [small, full] = filled.map(({ rounds }) => median(rounds).perSecond);
      const ratio = (full! / small!).toFixed(2);
      return [
        markdownTable(['items', 'put item/s', 'p50 ms', 'p99 ms', 'RSS MiB'], filled.map(row)),
        `The rate in the full connection is ${ratio} of the rate in the small one (wanted: ${WANTED} or more); medians of ${ROUNDS} rounds, in turn.\n`,
      ].join('\n');
    } finally {
      for (const { running } of filled) await running.stop();
    }
  },
};
