import { existsSync } from 'node:fs';
import { setPriority } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { ChangedItems } from './changed-items.js';
import { Indexer, type Progress } from './indexer.js';
import type { IndexerNotice, IndexerRequest, IndexPaths, Reached } from './messages.js';
import { answering, type Numbered } from './thread-messages.js';

// Runs in a thread of its own: see `SqliteSearchIndex`.
const { database, index } = workerData as IndexPaths;
const port = parentPort!;

/** On Linux each thread has a priority of its own: requests go before the index where processors are few. */
const NICE = 5;
if (process.platform === 'linux') setPriority(0, NICE);

/** How long the thread sleeps with nothing to do, and after a failure. */
const IDLE_MS = 100;
const RETRY_MS = 1_000;
/** Whoever searches waits for so many changes, and is refused where more are missing. */
const MOST_AWAITED = 5_000;

interface Waiting {
  readonly number: number;
  /** The newest change when the next step began; unknown until then. */
  until?: number;
}

let waiting: Waiting[] = [];
let wake = (): void => {};
let items: ChangedItems | undefined;
let indexer: Indexer | undefined;
let told: IndexerNotice | undefined;

const tell = (notice: IndexerNotice): void => {
  if (told !== undefined && JSON.stringify(told) === JSON.stringify(notice)) return;
  told = notice;
  port.postMessage({ notice });
};

const answer = (number: number, value: Reached): void => port.postMessage(answering(number, value));

function step(): Progress {
  if (!existsSync(database)) throw new Error('The database is not there yet.');
  items ??= new ChangedItems(database);
  indexer ??= new Indexer(index, items);
  return indexer.step();
}

function answerWaiting({ applied, newest, isBuilding }: Progress): void {
  for (const one of waiting) one.until ??= newest;
  const behind = newest - applied;
  const reached = (one: Waiting): boolean => !isBuilding && applied >= one.until!;
  for (const { number } of waiting.filter(reached)) answer(number, { isReady: true, file: indexer!.file! });
  waiting = waiting.filter((one) => !reached(one));
  if (isBuilding) refuseWaiting('The index is being built.');
  else if (behind > MOST_AWAITED) refuseWaiting(`The index lacks ${behind} changes.`);
}

function refuseWaiting(why: string): void {
  for (const { number } of waiting) answer(number, { isReady: false, why });
  waiting = [];
}

const rest = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
    if (waiting.length > 0 && ms === IDLE_MS) wake();
  });

async function run(): Promise<never> {
  for (;;) {
    // Whoever asked before this step began waits for what was committed by then.
    await turn();
    try {
      const progress = step();
      const { applied, newest, isBuilding } = progress;
      answerWaiting(progress);
      tell({ applied, behind: Math.max(0, newest - applied), isBuilding });
      if (!progress.isBusy) await rest(IDLE_MS);
    } catch (error) {
      const why = (error as Error).message;
      refuseWaiting(why);
      tell({
        applied: told?.applied ?? 0,
        behind: told?.behind ?? 0,
        isBuilding: told?.isBuilding ?? true,
        failure: why,
      });
      await rest(RETRY_MS);
    }
  }
}

port.on('message', ({ number, message }: Numbered<IndexerRequest>) => {
  if (message.kind === 'discard') indexer?.discard(message.file);
  waiting.push({ number });
  wake();
});
void run();
