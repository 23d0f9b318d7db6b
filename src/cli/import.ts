import { parseArgs } from 'node:util';
import { loadConfiguration } from '../config/configuration.js';
import { run, UsageError } from './command.js';
import { memory, Progress } from './progress.js';
import { TransferError } from './transfer/transfer-error.js';

const USAGE = `npm run import -- --file FILE     fills an empty database with what npm run export has written
  --file FILE      an import that was ended goes on; - is the standard input
`;

function options() {
  const { values } = parseArgs({
    options: {
      file: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  if (!values.file) throw new UsageError('--file is missing');
  return values.file;
}

async function main(): Promise<void> {
  const file = options();
  if (file === undefined) return void process.stdout.write(USAGE);
  const configuration = loadConfiguration(process.env);
  const [{ Logger }, { importContent }, { withContentFile }] = await Promise.all([
    import('@nestjs/common'),
    import('./transfer/import-content.js'),
    import('./transfer/seekable.js'),
  ]);
  // What fails is said in the end.
  Logger.overrideLogger(false);
  const start = performance.now();
  const { rows, there } = await withContentFile(file, (content) =>
    importContent(configuration, content, (what, total) => new Progress(what, total)),
  );
  const seconds = (performance.now() - start) / 1_000;
  process.stdout.write(
    `${rows} rows imported${there > 0 ? `, of which ${there} were there already` : ''}, and read back; ` +
      `${seconds.toFixed(1)} s, at most ${memory()}.\n`,
  );
}

run(USAGE, main, (error) => (error instanceof TransferError ? error.message : undefined));
