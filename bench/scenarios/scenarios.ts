import { create } from './create.js';
import { list } from './list.js';
import { putItem } from './put-item.js';
import { read } from './read.js';
import type { Scenario } from './scenario.js';

export const SCENARIOS: readonly Scenario[] = [create, read, list, putItem];
