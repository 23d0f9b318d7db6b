import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Latencies } from '../latencies.js';
import { markdownTable, whole } from '../markdown.js';
import { startOurs, token } from '../servers/ours.js';
import { startPostgres } from '../servers/postgres.js';
import { conditions } from '../table.js';
import { ATTACKS, largeConnections, silentConnections } from './attacks.js';
import { Client } from './client.js';
import { readyConnection, work, type Work } from './neighbour.js';

const USAGE = `npm run bench:hostile -- [options]
  One of four tenants does all harm that it can; the other three work, first without it and then beside it.
  --seconds N      how long each of the two takes (default 120)
  --database D     sqlite, postgres or both (default both)
  --heap N         the server's heap in megabytes (default 512)
`;

const NEIGHBOURS = 3;
/** Each works over so many connections. */
const CONNECTIONS = 4;
const WARM_UP_MS = 3_000;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** The most memory that a process has had, in megabytes. */
async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) / 1_024;
}

/** All neighbours work for a while. */
async function together(
  neighbours: readonly { client: Client; connection: string }[],
  milliseconds: number,
): Promise<Work> {
  const done: Work = { milliseconds: [], errors: new Map() };
  const stop = new AbortController();
  const working = neighbours.flatMap(({ client, connection }) =>
    Array.from({ length: CONNECTIONS }, () => work(client, connection, stop.signal, done)),
  );
  await pause(milliseconds);
  stop.abort();
  await Promise.all(working);
  return done;
}

async function measure(database: 'SQLite' | 'PostgreSQL', seconds: number, heap: number): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'graph-connections-hostile-'));
  const postgres = database === 'PostgreSQL' ? await startPostgres() : undefined;
  const env: Record<string, string> = {
    DATA_DIR: folder,
    LOG_LEVEL: 'error',
    ...(postgres && { DATABASE_URL: postgres.url }),
  };
  const running = await startOurs(folder, [`--max-old-space-size=${heap}`], 1, env);
  const [url] = running.urls;
  const [pid] = running.pids;
  try {
    const neighbours = await Promise.all(
      Array.from({ length: NEIGHBOURS }, async () => {
        const client = new Client(url, await token(env, '--tenant', randomUUID()), CONNECTIONS);
        return { client, connection: await readyConnection(client) };
      }),
    );
    await together(neighbours, WARM_UP_MS);
    const alone = await together(neighbours, seconds * 1_000);
    const before = await peakMemory(pid!);

    const hostileToken = await token(env, '--tenant', randomUUID());
    const known = new Client(url, hostileToken, Infinity);
    const stranger = new Client(url, undefined, Infinity);
    const large = await largeConnections(known);
    const ready = await readyConnection(known);
    const stop = new AbortController();
    const harm = ATTACKS.map((attack) => {
      const { name, atOnce } = attack;
      const statuses = new Map<number, number>();
      const loops = Array.from({ length: atOnce }, async () => {
        while (!stop.signal.aborted) {
          const { status } = await attack.make({ known, stranger }, large, ready);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
          // Whoever is refused at once would otherwise measure how fast it can ask.
          if (status === 429 || status === 0) await pause(20);
        }
      });
      return { name, statuses, loops };
    });
    const silent = silentConnections(url, hostileToken);
    const beside = await together(neighbours, seconds * 1_000);
    const peak = await peakMemory(pid!);
    stop.abort();
    for (const socket of silent) socket.destroy();
    known.close();
    stranger.close();
    await Promise.all(harm.flatMap(({ loops }) => loops));
    for (const { client } of neighbours) client.close();
    return report(database, alone, beside, [before, peak], harm);
  } finally {
    await running.stop();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function report(
  database: string,
  alone: Work,
  beside: Work,
  [before, peak]: readonly [number, number],
  harm: readonly { name: string; statuses: ReadonlyMap<number, number> }[],
): string {
  const row = (name: string, { milliseconds, errors }: Work, memory: number): string[] => {
    const latencies = new Latencies(milliseconds);
    const wrong = [...errors.values()].reduce((sum, count) => sum + count, 0);
    return [
      name,
      whole(latencies.count),
      String(wrong),
      latencies.percentile(0.5).toFixed(1),
      latencies.percentile(0.99).toFixed(1),
      milliseconds.reduce((most, one) => Math.max(most, one), 0).toFixed(0),
      whole(memory),
    ];
  };
  const ratio =
    new Latencies(beside.milliseconds).percentile(0.99) / new Latencies(alone.milliseconds).percentile(0.99);
  return [
    `## ${database}`,
    markdownTable(
      ['three tenants', 'requests', 'errors', 'p50 ms', 'p99 ms', 'longest ms', "server's peak memory, MB"],
      [row('without the hostile one', alone, before), row('beside it', beside, peak)],
    ),
    `p99 beside it is ${ratio.toFixed(1)} times that without.\n`,
    ...[...alone.errors, ...beside.errors].map(([error, count]) => `- ${count} times: ${error}`),
    markdownTable(
      ['the hostile one', 'answers by status'],
      harm.map(({ name, statuses }) => [
        name,
        [...statuses].map(([status, count]) => `${status === 0 ? 'none' : status}: ${count}`).join(', '),
      ]),
    ),
  ].join('\n');
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '120' },
      database: { type: 'string', default: 'both' },
      heap: { type: 'string', default: '512' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
  process.stdout.write(`${conditions(new Date())}\n`);
  for (const [option, database] of [
    ['sqlite', 'SQLite'],
    ['postgres', 'PostgreSQL'],
  ] as const) {
    if (values.database !== 'both' && values.database !== option) continue;
    say(`${database}: twice ${values.seconds} seconds`);
    process.stdout.write(`\n${await measure(database, Number(values.seconds), Number(values.heap))}\n`);
  }
}

await main();
