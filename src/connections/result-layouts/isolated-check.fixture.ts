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
  /** As on a machine that has no time for it: it takes long, and no processor time. */
  wait: () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_500);
    return 'answered';
  },
  overflow: () => {
    const deeper = (): number => deeper() + 1;
    return deeper();
  },
};

parentPort!.on('message', (action: string) => parentPort!.postMessage(ACTIONS[action]!()));
