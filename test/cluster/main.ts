import { parseArgs } from 'node:util';
import { type Drop, DROPS } from './dropped-write.js';
import { report } from './report.js';
import { ClusterRun } from './run.js';

const USAGE = `npm run test:cluster -- [options]     three servers on one PostgreSQL, with a load and outages
  --seconds 60          how long the load lasts
  --clients 64          how many clients work at the same time
  --rounds 200          how many times one connection is created through all servers at once
  --drop-a-write KIND   ${DROPS.join(', ')}: undoes an acknowledged write behind the servers' backs, to see it found
`;

class UsageError extends Error {}

function whole(name: string, value: string, least: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < least)
    throw new UsageError(`--${name} ${value}: a number from ${least} on`);
  return number;
}

function dropOf(value: string | undefined): Drop | undefined {
  if (value !== undefined && !DROPS.includes(value as Drop))
    throw new UsageError(`--drop-a-write ${value}: may be ${DROPS.join(', ')}`);
  return value as Drop | undefined;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      clients: { type: 'string', default: '64' },
      rounds: { type: 'string', default: '200' },
      'drop-a-write': { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return void process.stdout.write(USAGE);
  const drop = dropOf(values['drop-a-write']);
  const run = await ClusterRun.start({
    seconds: whole('seconds', values.seconds, 1),
    clients: whole('clients', values.clients, 12),
    rounds: whole('rounds', values.rounds, 1),
  });
  try {
    await run.load();
    if (drop !== undefined) process.stdout.write(`Dropped on purpose: ${drop} of ${await run.drop(drop)}\n`);
    const faults = await run.faults();
    process.stdout.write(`${report(run, faults)}\n`);
    if (faults.length > 0) process.exitCode = 1;
  } finally {
    await run.stop();
  }
}

main().catch((error: Error) => {
  const usage =
    error instanceof UsageError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`${usage ? `${error.message}\n\n${USAGE}` : error.stack}\n`);
  process.exitCode = 1;
});
