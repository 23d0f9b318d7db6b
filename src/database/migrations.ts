import { Connections1795392000000 } from './migrations/1795392000000-connections.js';
import { Schema1795600000000 } from './migrations/1795600000000-schema.js';
import { Items1795600200000 } from './migrations/1795600200000-items.js';

/** Every migration, in order. A released one is never changed. */
export const MIGRATIONS = [Connections1795392000000, Schema1795600000000, Items1795600200000];
