import { loadConfiguration } from '../config/configuration.js';
import { command, UsageError } from './command.js';
import { memory, Progress } from './progress.js';
import { TransferError } from './transfer/transfer-error.js';

const USAGE = `npm run -s import -- --file FILE     fills an empty database with a file of npm run export
  --file FILE         the file to read; - is the standard input
`;

async function fill({ file }: { readonly file?: string }): Promise<void> {
  if (!file) throw new UsageError('--file is missing');
  const configuration = loadConfiguration(process.env);
  const [{ Logger }, { importContent }] = await Promise.all([
    import('@nestjs/common'),
    import('./transfer/import-content.js'),
  ]);
  // The command reports errors itself.
  Logger.overrideLogger(false);
  const start = performance.now();
  const rows = await importContent(configuration, file, (what, total) => new Progress(what, total));
  const seconds = (performance.now() - start) / 1_000;
  process.stdout.write(
    `${rows} rows imported and read back; ${seconds.toFixed(1)} s, at most ${memory()}.\n`,
  );
}

await command({
  usage: USAGE,
  options: { file: { type: 'string' } },
  run: fill,
  sentence: (error) => (error instanceof TransferError ? error.message : undefined),
});
