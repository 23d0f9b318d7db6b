import { setTimeout as wait } from 'node:timers/promises';

/** Comes back as soon as it holds. Nothing here judges how long that takes: the runner's limit is against a hang. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(10);
}
