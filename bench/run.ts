import { rmSync } from 'node:fs';
import { mkdtemp, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureScenario, type Measurement, type Outcome } from './measure.js';
import { type Options, readOptions, USAGE } from './options.js';
import type { Scenario } from './scenarios/scenario.js';
import { floor } from './servers/floor.js';
import { ours } from './servers/ours.js';
import type { Server } from './servers/server.js';
import { conditions, type Row, table } from './table.js';

/** Parts of one processor. */
const GENERATOR_LIMIT = 0.95;
const OTHERS_LIMIT = 0.1;

const MEMORY_FILE_SYSTEM = 0x01021994;

type Outcomes = ReadonlyMap<Server, Map<Scenario, Outcome>>;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

const isDisturbed = ({ processors }: Measurement): boolean => processors.others > OTHERS_LIMIT;

function described(measured: Measurement): string {
  const { generator, server, database, others } = measured.processors;
  const percent = (part: number): string => `${Math.round(100 * part)} %`;
  const each = Math.round((1e6 * server) / measured.perSecond);
  return (
    `${Math.round(measured.perSecond)} a second, each ${each} µs of processor time; ` +
    `of one processor, the server had ${percent(server)}, ${database > 0 ? `the database ${percent(database)}, ` : ''}the load ` +
    `generator ${percent(generator)}` +
    (generator > GENERATOR_LIMIT ? '. The load generator is the limit: the server can do more' : '') +
    (isDisturbed(measured) ? `. Other programs had ${percent(others)}: measure again` : '')
  );
}

async function measureUndisturbed(
  server: Server,
  scenario: Scenario,
  options: Options,
  parent: string,
): Promise<Outcome> {
  for (let left = options.tries - 1; ; left--) {
    const outcome = await measureScenario(server, scenario, options, parent);
    say(`${server.name}, ${scenario.name}: ${described(outcome)}`);
    if (left <= 0 || !isDisturbed(outcome)) return outcome;
  }
}

/** The floor is one only while it gives the same answers. */
function compareAnswers(scenario: Scenario, outcomes: Outcomes): void {
  const shapes = [ours, floor].map((server) => outcomes.get(server)?.get(scenario)?.shape);
  if (shapes.includes(undefined) || shapes[0] === shapes[1]) return;
  say(`${scenario.name}: the floor's answer differs; see bench/floor.\n${shapes.join('\n')}`);
}

async function measureAll(options: Options, parent: string): Promise<Outcomes> {
  const outcomes = new Map(options.servers.map((server) => [server, new Map<Scenario, Outcome>()]));
  // By scenario: what is compared is measured one after the other, since a machine is not always equally fast.
  for (const scenario of options.scenarios) {
    for (const server of options.servers) {
      const reason = scenario.unfit?.(server);
      if (reason === undefined)
        outcomes.get(server)!.set(scenario, await measureUndisturbed(server, scenario, options, parent));
      else say(`${server.name}, ${scenario.name}: not measured, since it ${reason}`);
    }
    compareAnswers(scenario, outcomes);
  }
  return outcomes;
}

function report({ scenarios, base }: Options, outcomes: Outcomes): string {
  const rows = [...outcomes].map(([{ name }, measured]): Row => ({ name, measured }));
  const profiles = [...outcomes].flatMap(([{ name }, measured]) =>
    [...measured].flatMap(([scenario, { profile }]) =>
      profile === undefined ? [] : `## ${name}, ${scenario.name}: ${profile}`,
    ),
  );
  return [
    table(
      scenarios,
      rows,
      rows.find(({ name }) => name === base.name),
    ),
    ...profiles,
  ].join('\n');
}

/** The options, or the end of the program where they are wrong or ask for help. */
function optionsOrUsage(): Options | undefined {
  try {
    const options = readOptions();
    if (options === undefined) process.stdout.write(USAGE);
    return options;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${USAGE}`);
    process.exitCode = 1;
    return undefined;
  }
}

async function main(): Promise<void> {
  const options = optionsOrUsage();
  if (options === undefined) return;

  // Servers are killed and files removed at the exit, which a signal alone would not make happen.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  const parent = await mkdtemp(join(tmpdir(), 'graph-connections-bench-'));
  process.once('exit', () => rmSync(parent, { recursive: true, force: true }));
  if ((await statfs(parent)).type === MEMORY_FILE_SYSTEM)
    say(`${parent} is in memory, not on a disk: set TMPDIR, or writes cost nothing.`);

  const parts = [conditions(new Date())];
  if (options.scenarios.length > 0) parts.push(report(options, await measureAll(options, parent)));
  for (const long of options.long)
    parts.push(
      `## ${long.title}`,
      await long.run({ seconds: options.seconds, items: options.items, parent, say }),
    );
  process.stdout.write(`\n${parts.join('\n\n')}`);
}

await main();
