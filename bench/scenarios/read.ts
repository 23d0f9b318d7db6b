import { createOne, reading } from './connections.js';
import type { LoadRequest, Scenario } from './scenario.js';

const ROWS = 256;

/** Connections that exist, one after the other. */
export const read: Scenario = {
  name: 'read',
  expected: 200,
  async prepare(running) {
    const requests: LoadRequest[] = [];
    while (requests.length < ROWS) requests.push(reading(running, await createOne(running)));
    return requests as [LoadRequest, ...LoadRequest[]];
  },
};
