import { creation } from './connections.js';
import type { Scenario } from './scenario.js';

/** Connections, each with an id of its own. */
export const create: Scenario = {
  name: 'create',
  expected: 201,
  prepare: (running) => Promise.resolve([() => creation(running)]),
};
