import { parseArgs } from 'node:util';
import { deleteUnderLoad } from './measurements/delete-under-load.js';
import { flatCost } from './measurements/flat-cost.js';
import type { LongMeasurement } from './measurements/measurement.js';
import { search } from './measurements/search.js';
import type { Scenario } from './scenarios/scenario.js';
import { SCENARIOS } from './scenarios/scenarios.js';
import { floor } from './servers/floor.js';
import { jsonServer } from './servers/json-server.js';
import { oursOnPostgres, threeOnPostgres } from './servers/ours-on-postgres.js';
import { ours } from './servers/ours.js';
import { prism } from './servers/prism.js';
import type { Server } from './servers/server.js';

const ON_SQLITE: Record<string, Server> = { ours, floor, prism, 'json-server': jsonServer };
const ON_POSTGRES: Record<string, Server> = { ours, one: oursOnPostgres, three: threeOnPostgres };
const LONG: Record<string, LongMeasurement> = { delete: deleteUnderLoad, flat: flatCost, search };
const BY_NAME = Object.fromEntries(SCENARIOS.map((scenario) => [scenario.name.replace(' ', '-'), scenario]));

const names = (all: object): string => Object.keys(all).join(', ');

export const USAGE = `npm run bench -- [options]
  --seconds N      how long each measurement takes (default 6)
  --database D     sqlite or postgres (default sqlite): this server beside others, or on one database and on the other
  --only A,B       of ${names(ON_SQLITE)}; with PostgreSQL, of ${names(ON_POSTGRES)} (default: all; with --profile, ours)
  --scenarios A,B  of ${names(BY_NAME)}, or none (default: all)
  --long A,B       of ${names(LONG)}, or none (default: delete; none where anything else is chosen)
  --items N        how many items the long measurement search has (default 10000)
  --profile        shows where the time of each server goes; its rates are then lower
  --tries N        how often a measurement may be made that other programs disturb (default 1)
`;

export interface Options {
  readonly seconds: number;
  readonly servers: readonly Server[];
  /** The one that the ratios are to, if it is among them. */
  readonly base: Server;
  readonly scenarios: readonly Scenario[];
  readonly long: readonly LongMeasurement[];
  readonly items: number;
  readonly profile: boolean;
  readonly tries: number;
}

/** @throws Error where a name is unknown */
function chosen<T>(all: Readonly<Record<string, T>>, list: string): T[] {
  if (list === 'none') return [];
  return list.split(',').map((name) => {
    if (!Object.hasOwn(all, name)) throw new Error(`'${name}' is none of ${names(all)}.`);
    return all[name]!;
  });
}

function number(option: string, text: string): number {
  if (!(Number(text) >= 1)) throw new Error(`--${option} is a number of 1 or more.`);
  return Number(text);
}

/** What the command line asks for; undefined where it asks for help. @throws Error with a sentence for a person */
export function readOptions(): Options | undefined {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '6' },
      database: { type: 'string', default: 'sqlite' },
      only: { type: 'string' },
      scenarios: { type: 'string' },
      long: { type: 'string' },
      items: { type: 'string', default: '10000' },
      profile: { type: 'boolean', default: false },
      tries: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const { profile, only, scenarios, long } = values;
  const [databases] = chosen({ sqlite: ON_SQLITE, postgres: ON_POSTGRES }, values.database);
  const servers = databases ?? ON_SQLITE;
  const narrowed = profile || servers === ON_POSTGRES || only !== undefined || scenarios !== undefined;
  return {
    seconds: number('seconds', values.seconds),
    tries: number('tries', values.tries),
    items: number('items', values.items),
    servers: chosen(servers, only ?? (profile ? 'ours' : Object.keys(servers).join(','))),
    base: servers === ON_POSTGRES ? oursOnPostgres : floor,
    scenarios: scenarios === undefined ? SCENARIOS : chosen(BY_NAME, scenarios),
    long: chosen(LONG, long ?? (narrowed ? 'none' : 'delete')),
    profile,
  };
}
