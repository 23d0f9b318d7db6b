import { Connections1795392000000 } from './migrations/1795392000000-connections.js';
import { LocalIdentity1795478400000 } from './migrations/1795478400000-local-identity.js';
import { Schema1795600000000 } from './migrations/1795600000000-schema.js';
import { Groups1795600100000 } from './migrations/1795600100000-groups.js';
import { Throttling1795600200000 } from './migrations/1795600200000-throttling.js';
import { Items1795600250000 } from './migrations/1795600250000-items.js';
import { Activities1795600300000 } from './migrations/1795600300000-activities.js';
import { ResultLayoutFaults1795700100000 } from './migrations/1795700100000-result-layout-faults.js';
import { ConnectionsAndMembers1795700200000 } from './migrations/1795700200000-connections-and-members.js';
import { Search1795800000000 } from './migrations/1795800000000-search.js';

/** Every migration, in order. A released one is never changed. */
export const MIGRATIONS = [
  Connections1795392000000,
  LocalIdentity1795478400000,
  Schema1795600000000,
  Groups1795600100000,
  Throttling1795600200000,
  Items1795600250000,
  Activities1795600300000,
  ResultLayoutFaults1795700100000,
  ConnectionsAndMembers1795700200000,
  Search1795800000000,
];

/** The newest one, as the table of migrations names it. */
export const NEWEST_MIGRATION = MIGRATIONS.at(-1)!.name;
