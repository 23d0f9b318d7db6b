import { parentPort } from 'node:worker_threads';

/** What the thread does with each subject of `isolated-check.spec.ts`. */
const ACTIONS: Record<string, () => unknown> = {
  answer: () => 'answered',
  throw: () => {
    throw new Error('The check is broken.');
  },
  leave: () => process.exit(3),
  hang: () => {
    for (;;);
  },
  overflow: () => {
    const deeper = (): number => deeper() + 1;
    return deeper();
  },
};

parentPort!.on('message', (action: string) => parentPort!.postMessage(ACTIONS[action]!()));
