import { loadConfiguration } from '../config/configuration.js';
import { command, UsageError } from './command.js';
import { memory, Progress } from './progress.js';
import { TransferError } from './transfer/transfer-error.js';

const USAGE = `npm run -s export -- --file FILE [options]     writes a snapshot of the database's content, as JSON lines
  --file FILE         the file to write; - is the standard output
  --overwrite         replaces a file that exists
  --with-secrets      exports the local issuer's key and the first application's secret, too
`;

async function write(values: {
  readonly file?: string;
  readonly overwrite: boolean;
  readonly 'with-secrets': boolean;
}): Promise<void> {
  if (!values.file) throw new UsageError('--file is missing');
  const wanted = { file: values.file, overwrite: values.overwrite, withSecrets: values['with-secrets'] };
  const configuration = loadConfiguration(process.env);
  const [{ Logger }, { exportContent }] = await Promise.all([
    import('@nestjs/common'),
    import('./transfer/export-content.js'),
  ]);
  // The command reports errors itself; the standard output may be the file.
  Logger.overrideLogger(false);
  const start = performance.now();
  const rows = await exportContent(configuration, wanted, (what, total) => new Progress(what, total));
  const seconds = (performance.now() - start) / 1_000;
  process.stderr.write(`${rows} rows exported; ${seconds.toFixed(1)} s, at most ${memory()}.\n`);
}

await command({
  usage: USAGE,
  options: {
    file: { type: 'string' },
    overwrite: { type: 'boolean', default: false },
    'with-secrets': { type: 'boolean', default: false },
  },
  run: write,
  sentence: (error) => (error instanceof TransferError ? error.message : undefined),
});
