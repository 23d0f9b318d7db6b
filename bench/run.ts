import { rmSync } from 'node:fs';
import { mkdtemp, readdir, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measure, type Measurement, type Scenario, SCENARIOS } from './load.js';
import { summary } from './profile.js';
import { shapeOf } from './shape.js';
import { floor } from './servers/floor.js';
import { jsonServer } from './servers/json-server.js';
import { ours } from './servers/ours.js';
import { prism } from './servers/prism.js';
import type { Server } from './servers/server.js';
import { type Row, table } from './table.js';

const SERVERS: Record<string, Server> = { ours, floor, prism, 'json-server': jsonServer };

const USAGE = `npm run bench -- [options]
  --seconds N   how long each measurement takes (default 6)
  --only A,B    of ${Object.keys(SERVERS).join(', ')} (default: all; with --profile, ours)
  --profile     shows where the time of each server goes; its rates are then lower
  --tries N     how often a measurement may be made that other programs disturb (default 1)
`;

/** Parts of one processor. */
const GENERATOR_LIMIT = 0.95;
const OTHERS_LIMIT = 0.1;

const MEMORY_FILE_SYSTEM = 0x01021994;

interface Options {
  readonly seconds: number;
  readonly servers: readonly Server[];
  readonly profile: boolean;
  readonly tries: number;
}

interface Outcome extends Measurement {
  readonly profile?: string;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

function options(): Options | undefined {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '6' },
      only: { type: 'string' },
      profile: { type: 'boolean', default: false },
      tries: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { profile } = values;
  const [seconds, tries] = [Number(values.seconds), Number(values.tries)];
  const names = values.only?.split(',') ?? (profile ? ['ours'] : Object.keys(SERVERS));
  const servers = names.flatMap((name) => SERVERS[name] ?? []);
  const wrong = !(seconds >= 1) || !(tries >= 1) || servers.length < names.length;
  if (wrong) process.exitCode = 1;
  return values.help || wrong ? undefined : { seconds, servers, profile, tries };
}

const isDisturbed = ({ processors }: Measurement): boolean => processors.others > OTHERS_LIMIT;

function described(measured: Measurement): string {
  const { generator, server, others } = measured.processors;
  const percent = (part: number): string => `${Math.round(100 * part)} %`;
  const each = Math.round((1e6 * server) / measured.perSecond);
  return (
    `${Math.round(measured.perSecond)} a second, each ${each} µs of processor time; ` +
    `of one processor, the server had ${percent(server)}, the load generator ${percent(generator)}` +
    (generator > GENERATOR_LIMIT ? '. The load generator is the limit: the server can do more' : '') +
    (isDisturbed(measured) ? `. Other programs had ${percent(others)}: measure again` : '')
  );
}

/** Starts the server with empty storage, measures one scenario, and stops it. */
async function measureOnce(
  server: Server,
  scenario: Scenario,
  { seconds, profile }: Options,
  parent: string,
): Promise<Outcome> {
  const folder = await mkdtemp(join(parent, 'server-'));
  const profiles = join(folder, 'profile');
  const running = await server.start(folder, profile ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : []);
  let measured: Measurement;
  try {
    measured = await measure(running, scenario, seconds);
  } finally {
    await running.stop();
  }
  say(`${server.name}, ${scenario}: ${described(measured)}`);
  if (!profile) return measured;
  const [file] = (await readdir(profiles)).filter((name) => name.endsWith('.cpuprofile'));
  return { ...measured, profile: await summary(join(profiles, file!), measured.window) };
}

async function measureUndisturbed(
  server: Server,
  scenario: Scenario,
  options: Options,
  parent: string,
): Promise<Outcome> {
  let outcome = await measureOnce(server, scenario, options, parent);
  for (let left = options.tries - 1; left > 0 && isDisturbed(outcome); left--) {
    outcome = await measureOnce(server, scenario, options, parent);
  }
  return outcome;
}

/** The floor is one only while it gives the same answers. */
async function compareAnswers(parent: string): Promise<void> {
  const shapes: string[] = [];
  for (const server of [ours, floor]) {
    const running = await server.start(await mkdtemp(join(parent, 'shape-')));
    try {
      shapes.push(await shapeOf(running));
    } finally {
      await running.stop();
    }
  }
  if (shapes[0] !== shapes[1])
    say(`The floor's answers differ from this server's; see bench/floor.\n${shapes.join('\n')}`);
}

async function main(): Promise<void> {
  const chosen = options();
  if (chosen === undefined) return void process.stdout.write(USAGE);

  // Servers are killed and files removed at the exit, which a signal alone would not make happen.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const parent = await mkdtemp(join(tmpdir(), 'graph-connections-bench-'));
  process.once('exit', () => rmSync(parent, { recursive: true, force: true }));
  if ((await statfs(parent)).type === MEMORY_FILE_SYSTEM)
    say(`${parent} is in memory, not on a disk: set TMPDIR, or writes cost nothing.`);

  const { servers } = chosen;
  if (servers.includes(ours) && servers.includes(floor)) await compareAnswers(parent);
  const measured = new Map(servers.map((server) => [server, {} as Record<Scenario, Outcome>]));
  // By scenario: what is compared is measured one after the other, since a machine is not always equally fast.
  for (const scenario of SCENARIOS) {
    for (const server of servers) {
      measured.get(server)![scenario] = await measureUndisturbed(server, scenario, chosen, parent);
    }
  }
  const rows = [...measured].map(([{ name }, outcomes]): Row => ({ name, measured: outcomes }));
  const profiles = [...measured].flatMap(([{ name }, outcomes]) =>
    SCENARIOS.flatMap((scenario) => {
      const { profile } = outcomes[scenario];
      return profile === undefined ? [] : `## ${name}, ${scenario}: ${profile}`;
    }),
  );
  const lowest = rows.find(({ name }) => name === floor.name);
  process.stdout.write(['', table(rows, lowest, new Date()), ...profiles].join('\n'));
}

await main();
