import { loadConfiguration } from '../config/configuration.js';
import { command, UsageError } from './command.js';
import { memory, Progress } from './progress.js';
import { TransferError } from './transfer/transfer-error.js';

const USAGE = `npm run -s export -- --file FILE [options]     writes the content of the database, as JSON lines
  --file FILE         where to; an export that was ended goes on in it; - is the standard output
  --anew              writes the file from its beginning, whatever is in it
  --with-secrets      the local issuer's key and the first application's secret as well
`;

async function write(values: {
  readonly file?: string;
  readonly anew: boolean;
  readonly 'with-secrets': boolean;
}): Promise<void> {
  if (!values.file) throw new UsageError('--file is missing');
  const wanted = { file: values.file, anew: values.anew, withSecrets: values['with-secrets'] };
  const configuration = loadConfiguration(process.env);
  const [{ Logger }, { exportContent }] = await Promise.all([
    import('@nestjs/common'),
    import('./transfer/export-content.js'),
  ]);
  // What fails is said in the end; the standard output may be the file.
  Logger.overrideLogger(false);
  const start = performance.now();
  const { rows, kept } = await exportContent(
    configuration,
    wanted,
    (what, total) => new Progress(what, total),
  );
  const seconds = (performance.now() - start) / 1_000;
  process.stderr.write(
    `${rows} rows exported${kept > 0 ? `, of which ${kept} were in the file already` : ''}; ` +
      `${seconds.toFixed(1)} s, at most ${memory()}.\n`,
  );
}

await command({
  usage: USAGE,
  options: {
    file: { type: 'string' },
    anew: { type: 'boolean', default: false },
    'with-secrets': { type: 'boolean', default: false },
  },
  run: write,
  sentence: (error) => (error instanceof TransferError ? error.message : undefined),
});
